import grpc
import numpy as np
import pytest

from serving import requests


def test_cuts_what_is_too_long_for_an_answer(prediction_stub):
    names = [f"{'ä' * 20}{number}" for number in range(1000)]
    inputs = dict.fromkeys(names, np.array([[1]]))
    request = requests.predict_request("m", inputs, "predict_raw")
    with pytest.raises(grpc.RpcError) as error:
        prediction_stub.Predict(request, timeout=10)
    assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    details = error.value.details()
    assert details.startswith("input size does not match signature: 1000!=3")
    assert details.endswith("...")
