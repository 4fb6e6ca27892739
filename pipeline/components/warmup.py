"""Writes the requests with which a server warms a model up."""

import os
import posixpath
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow_serving.apis import predict_pb2
from tensorflow_serving.apis import prediction_log_pb2

WARMUP_FILE = "assets.extra/tf_serving_warmup_requests"
MAX_RECORDS = 1000  # a model with more is refused by TensorFlow Serving


def write_warmup(
    export_dir: str,
    model_name: str,
    requests: Iterable[tuple[str, Mapping[str, Any]]],
) -> str:
    """Puts warm-up requests into an exported SavedModel.

    A server runs them before a version takes over, so that its first real
    request is as fast as the next. Give one request for each signature and
    batch size in use; a request that fails makes the server refuse the model.

    Args:
        export_dir: Directory with `saved_model.pb`.
        model_name: Name the model will be served under.
        requests: Pairs of a signature name and a mapping from input name to
            array; 1,000 at most.

    Returns:
        Path of the file written.

    Raises:
        ValueError: If there are no or too many requests, or `export_dir`
            holds no SavedModel, or a request does not fit a signature.

    Example:

    >>> write_warmup(
    ...     "export", "funnel", [("predict_raw", {"age": [[3]], "day": [[1]]})]
    ... )
    'export/assets.extra/tf_serving_warmup_requests'
    """
    requests = list(requests)
    if not 0 < len(requests) <= MAX_RECORDS:
        raise ValueError(
            f"Between 1 and {MAX_RECORDS} warm-up requests are expected, one "
            "for each signature and batch size. "
            f"Received: len(requests)={len(requests)}."
        )
    signatures = _signatures(export_dir)
    records = [
        _record(model_name, signatures, name, inputs)
        for name, inputs in requests
    ]
    path = posixpath.join(export_dir, WARMUP_FILE)
    tf.io.gfile.makedirs(posixpath.dirname(path))
    # Written aside: a half-written file would make a server refuse the model.
    partial = f"{path}.tmp-{os.getpid()}"
    with tf.io.TFRecordWriter(partial) as writer:
        for record in records:
            writer.write(record)
    tf.io.gfile.rename(partial, path, overwrite=True)
    return path


def _signatures(export_dir: str) -> dict[str, Any]:
    file = posixpath.join(export_dir, "saved_model.pb")
    if not tf.io.gfile.exists(file):
        raise ValueError(
            "`export_dir` should hold a SavedModel; export the model first. "
            f"Received: export_dir={str(export_dir)!r}."
        )
    with tf.io.gfile.GFile(file, "rb") as stream:
        model = saved_model_pb2.SavedModel.FromString(stream.read())
    return {
        name: definition
        for meta_graph in model.meta_graphs
        for name, definition in meta_graph.signature_def.items()
    }


def _record(
    model_name: str,
    signatures: Mapping[str, Any],
    signature_name: str,
    inputs: Mapping[str, Any],
) -> bytes:
    if signature_name not in signatures:
        raise ValueError(
            "A warm-up request should name a signature of the model, one of "
            f"{sorted(signatures)}. "
            f"Received: signature_name={signature_name!r}."
        )
    expected = signatures[signature_name].inputs
    if set(inputs) != set(expected):
        raise ValueError(
            f"A warm-up request for {signature_name!r} should have the inputs "
            f"{sorted(expected)}. Received: inputs={sorted(inputs)}."
        )
    request = predict_pb2.PredictRequest()
    request.model_spec.name = model_name
    request.model_spec.signature_name = signature_name
    for name, values in inputs.items():
        # The type of the signature: a list of floats alone would be float64.
        request.inputs[name].CopyFrom(
            tf.make_tensor_proto(values, tf.as_dtype(expected[name].dtype))
        )
    log = prediction_log_pb2.PredictionLog()
    log.predict_log.request.CopyFrom(request)
    return log.SerializeToString()
