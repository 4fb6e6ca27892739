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
REQUEST = requests.predict_request("m", {"x": ROW}, "predict_raw")


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


class Typed(tf.Module):
    """Names its version beside a score of some type."""

    def __init__(self, dtype):
        super().__init__()
        self.dtype = dtype

    @tf.function(input_signature=[tf.TensorSpec([None, 1], tf.float32, "x")])
    def score(self, x):
        return {"y": tf.cast(x, self.dtype), "version": tf.constant("v1")}


@pytest.fixture
def typed(tmp_path):
    def save(dtype):
        model = Typed(dtype)
        tf.saved_model.save(model, str(tmp_path), {"predict_raw": model.score})
        return tmp_path

    return save


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
    model = SavedModel(endless, max_seconds=0.05)
    with pytest.raises(ServingError, match="longer.*`max_seconds`") as error:
        prediction.predict(model, REQUEST, Limits())
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


def test_an_output_may_be_a_single_text(typed):
    model = SavedModel(typed(tf.float32))
    answer = requests.predictions(prediction.predict(model, REQUEST, Limits()))
    assert answer["version"].item() == b"v1"
    assert answer["y"].tolist() == [[1.0]]
    model.close()


@pytest.mark.parametrize("dtype", [tf.bfloat16, tf.complex64])
def test_refuses_outputs_of_types_that_cannot_be_sent(typed, dtype):
    with pytest.raises(
        ValueError,
        match=f"'y' of signature 'predict_raw'.*dtype={dtype.name}",
    ):
        SavedModel(typed(dtype))
