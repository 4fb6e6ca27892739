import time

import numpy as np
import pytest

import serving
from serving import prediction


def test_gives_up_at_the_deadline(server, columns, monkeypatch):
    with serving.PredictionClient(server.target, "m", timeout=0.2) as client:
        client.metadata()
        monkeypatch.setattr(prediction, "predict", lambda *_: time.sleep(1))
        with pytest.raises(
            serving.PredictionError, match="DEADLINE_EXCEEDED.*`timeout`"
        ):
            client.predict(columns)


def test_all_that_a_prediction_asks_for_shares_one_deadline(
    client, columns, monkeypatch
):
    timeouts = []

    def slow(method):
        def call(request, timeout):
            timeouts.append(timeout)
            time.sleep(0.1)
            return method(request, timeout=timeout)

        return call

    for name in ("GetModelMetadata", "Predict"):
        method = slow(getattr(client._prediction, name))
        monkeypatch.setattr(client._prediction, name, method)
    client.predict(columns)
    first, second = timeouts
    assert second <= first - 0.1 <= client.timeout - 0.1


def test_sends_nothing_after_the_deadline(client, columns, monkeypatch):
    metadata = client._prediction.GetModelMetadata

    def slow(request, timeout):
        time.sleep(0.3)
        return metadata(request, timeout=20)

    monkeypatch.setattr(client._prediction, "GetModelMetadata", slow)
    monkeypatch.setattr(prediction, "predict", None)  # fails if reached
    client.timeout = 0.2
    with pytest.raises(serving.PredictionError, match="DEADLINE_EXCEEDED"):
        client.predict(columns)


@pytest.mark.parametrize("timeout", [0, -1, None, np.nan, np.inf])
def test_refuses_to_wait_for_ever(timeout):
    with pytest.raises(ValueError, match="`timeout` should be a positive"):
        serving.PredictionClient("127.0.0.1:1", "m", timeout=timeout)
