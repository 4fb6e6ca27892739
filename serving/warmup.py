"""Runs the requests that a model brings along, before it serves any other.

The first calls of a model build and optimise its graph, which takes many
times as long as the calls after them. `pipeline.components.warmup` writes the
requests in TensorFlow Serving's own format.
"""

import pathlib
import sys

import tensorflow as tf
from tensorflow_serving.apis import prediction_log_pb2

from serving import prediction
from serving.limits import Limits

FILE = pathlib.Path("assets.extra", "tf_serving_warmup_requests")
MAX_RECORDS = 1000
# They come with the model and are trusted as it is.
_UNBOUNDED = Limits(max_elements=sys.maxsize, max_rows=sys.maxsize)


def read(path):
    """Returns the Predict requests that a model brings along.

    Args:
        path: Directory of the SavedModel.

    Returns:
        List of `PredictRequest`, empty if there is no such file.

    Raises:
        ValueError: If there are more than TensorFlow Serving would accept.
        tf.errors.DataLossError: If the file is damaged.
    """
    file = pathlib.Path(path, FILE)
    if not file.exists():
        return []
    requests = []
    records = tf.data.TFRecordDataset(str(file)).take(MAX_RECORDS + 1)
    for count, record in enumerate(records.as_numpy_iterator(), 1):
        if count > MAX_RECORDS:
            raise ValueError(
                f"A model may bring {MAX_RECORDS} warm-up requests; keep a "
                f"few of each batch size. Received: more, in {file}."
            )
        log = prediction_log_pb2.PredictionLog.FromString(record)
        if log.HasField("predict_log"):
            requests.append(log.predict_log.request)
    return requests


def warm_up(model, path):
    """Runs the warm-up requests of a model, however large they are.

    Args:
        model: The `SavedModel`.
        path: Directory it was loaded from.

    Raises:
        ServingError: If a request fails, so that the version is refused.
    """
    for request in read(path):
        prediction.predict(model, request, _UNBOUNDED)
