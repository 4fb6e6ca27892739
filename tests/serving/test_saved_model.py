import threading

import numpy as np
import pytest
import tensorflow as tf

from serving import prediction
from serving import requests
from serving.limits import Limits
from serving.saved_model import SavedModel
from serving.serving_error import ServingError

ROW = np.ones((1, 1), np.float32)


class Endless(tf.Module):
    """Counts, in steps of nothing, to one more than it is given."""

    @tf.function(input_signature=[tf.TensorSpec([None, 1], tf.float32, "x")])
    def count(self, x):
        (end,) = tf.while_loop(
            lambda value: tf.reduce_all(value < x + 1),
            lambda value: (value + 0.0,),
            (x,),
        )
        return {"y": end}


@pytest.fixture(scope="module")
def endless(tmp_path_factory):
    path = tmp_path_factory.mktemp("endless")
    model = Endless()
    tf.saved_model.save(model, str(path), {"predict_raw": model.count})
    return path


@pytest.mark.parametrize("private", [True, False])
def test_a_call_is_stopped_when_its_time_is_over(endless, private, monkeypatch):
    if not private:  # as in a TensorFlow that has no such method
        monkeypatch.setattr(
            tf.compat.v1.Session, "_make_callable_from_options", None
        )
    request = requests.predict_request("m", {"x": ROW}, "predict_raw")
    model = SavedModel(endless, max_seconds=0.05)
    with pytest.raises(ServingError, match="longer.*`max_seconds`") as error:
        prediction.predict(model, request, Limits())
    assert error.value.code.name == "DEADLINE_EXCEEDED"
    model.close()


def test_closing_stops_the_calls_under_way(endless):
    model = SavedModel(endless)
    count = model.functions["predict_raw"].run
    errors = []

    def ask():
        try:
            count(ROW)
        except tf.errors.CancelledError as error:
            errors.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(0.1)
    assert asking.is_alive()
    model.close()
    asking.join(20)
    assert errors
