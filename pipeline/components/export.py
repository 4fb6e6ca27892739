"""One SavedModel that takes raw rows and needs none of our code."""

from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
import tensorflow_transform as tft

import tfmtl
from pipeline.components.encoding import serving_specs
from pipeline.components.raw_column import RawColumn
from pipeline.components.warmup import write_warmup
from tfmtl import features as features_lib

SERVING_DEFAULT = "serving_default"
PREDICT_RAW = "predict_raw"
TRANSFORM_FEATURES = "transform_features"
_WARMUP_ROWS = (1, 100, 1000)

# Raw columns of some names to tensors by name.
RawFunction = Callable[[dict[str, tf.Tensor]], dict[str, tf.Tensor]]
# Makes such functions, by endpoint, of the transformation of all columns.
Endpoints = Callable[
    [RawFunction], dict[str, tuple[Sequence[RawColumn], RawFunction]]
]


def export(
    model: tfmtl.models.MultiTaskModel,
    transform_output: tft.TFTransformOutput,
    columns: Sequence[RawColumn],
    path: str,
    model_name: str,
    endpoints: Endpoints | None = None,
    told: Sequence[str] = (),
) -> None:
    """Writes model and transformation with their signatures, and warm-up.

    `serving_default` takes serialized tf.Examples (`examples`), `predict_raw`
    one named `(batch, length)` tensor a raw column; both give
    `{task: (batch, 1)}`.
    `transform_features` gives what the model is fed with. None wants labels.

    Args:
        model: The trained model.
        transform_output: What the Transform component wrote.
        columns: The raw columns that are served.
        path: Folder of the SavedModel.
        model_name: Name that the model will be served under.
        endpoints: Makes further ones, which take raw columns too.
        told: Names of transformed features that are given beside the
            predictions.
    """
    transform = transform_output.transform_features_layer()
    specs = serving_specs(columns)

    def transform_features(examples: tf.Tensor) -> dict[str, tf.Tensor]:
        return transform(tf.io.parse_example(examples, specs))

    def predict_raw(raw: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        packed = transform(raw)
        inputs = {
            name: packed[name]
            for name in (features_lib.IDS, features_lib.NUMBERS)
            if name in packed
        }
        outputs = model(inputs, training=False)
        predictions = {name: outputs[name] for name in model.task_names}
        return {**predictions, **{name: packed[name] for name in told}}

    def predict_examples(examples: tf.Tensor) -> dict[str, tf.Tensor]:
        return predict_raw(tf.io.parse_example(examples, specs))

    spec = tf.TensorSpec([None], tf.string, name="examples")
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.track(transform)  # or its lookup tables would be lost
    archive.add_endpoint(SERVING_DEFAULT, predict_examples, [spec])
    archive.add_endpoint(TRANSFORM_FEATURES, transform_features, [spec])
    raw = {PREDICT_RAW: (columns, predict_raw)}
    raw |= endpoints(transform) if endpoints else {}
    for name, (inputs, function) in raw.items():
        archive.add_endpoint(name, function, [_raw_specs(inputs)])
    archive.write_out(path)
    write_warmup(path, model_name, _warmup_requests(columns))


def _raw_specs(columns: Sequence[RawColumn]) -> dict[str, tf.TensorSpec]:
    return {
        column.name: tf.TensorSpec(
            [None, column.length], column.dtype, name=column.name
        )
        for column in columns
    }


def _warmup_requests(
    columns: Sequence[RawColumn],
) -> list[tuple[str, dict[str, Any]]]:
    requests: list[tuple[str, dict[str, Any]]] = []
    for rows in _WARMUP_ROWS:
        raw = {
            column.name: np.full(
                (rows, column.length), "" if column.dtype == tf.string else 0
            )
            for column in columns
        }
        requests.append((PREDICT_RAW, raw))
        examples = [_blank_example(columns)] * rows
        requests.append((SERVING_DEFAULT, {"examples": examples}))
    return requests


def _blank_example(columns: Sequence[RawColumn]) -> bytes:
    example = tf.train.Example()
    for column in columns:
        feature = example.features.feature[column.name]
        if column.dtype == tf.string:
            feature.bytes_list.value.extend([b""] * column.length)
        elif column.dtype == tf.int64:
            feature.int64_list.value.extend([0] * column.length)
        else:
            feature.float_list.value.extend([0.0] * column.length)
    return example.SerializeToString()
