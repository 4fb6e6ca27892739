"""One SavedModel that takes raw rows and needs none of our code."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf
import tensorflow_transform as tft

import tfmtl
from pipeline.components.warmup import write_warmup
from pipeline.funnel import columns
from pipeline.funnel import preprocessing
from tfmtl import features as features_lib

SERVING_DEFAULT = "serving_default"
PREDICT_RAW = "predict_raw"
TRANSFORM_FEATURES = "transform_features"
_WARMUP_ROWS = (1, 100, 1000)


def export(
    model: tfmtl.models.MultiTaskModel,
    transform_output: tft.TFTransformOutput,
    path: str,
    model_name: str,
) -> None:
    """Writes model and transformation with three signatures, and warm-up.

    `serving_default` takes serialized tf.Examples (`examples`), `predict_raw`
    one named `(batch, 1)` tensor a raw column; both give `{task: (batch, 1)}`.
    `transform_features` gives what the model is fed with. None wants labels.

    Args:
        model: The trained model.
        transform_output: What the Transform component wrote.
        path: Folder of the SavedModel.
        model_name: Name that the model will be served under.
    """
    transform = transform_output.transform_features_layer()
    specs = preprocessing.serving_specs()

    def transform_features(examples: tf.Tensor) -> dict[str, tf.Tensor]:
        return transform(tf.io.parse_example(examples, specs))

    def predict_raw(raw: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        packed = transform(raw)
        inputs = {
            name: packed[name]
            for name in (features_lib.IDS, features_lib.NUMBERS)
        }
        outputs = model(inputs, training=False)
        return {task.name: outputs[task.name] for task in columns.TASKS}

    def predict_examples(examples: tf.Tensor) -> dict[str, tf.Tensor]:
        return predict_raw(tf.io.parse_example(examples, specs))

    examples_spec = tf.TensorSpec([None], tf.string, name="examples")
    raw_specs = {
        name: tf.TensorSpec([None, 1], spec.dtype, name=name)
        for name, spec in specs.items()
    }
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.track(transform)  # or its lookup tables would be lost
    archive.add_endpoint(SERVING_DEFAULT, predict_examples, [examples_spec])
    archive.add_endpoint(PREDICT_RAW, predict_raw, [raw_specs])
    archive.add_endpoint(
        TRANSFORM_FEATURES, transform_features, [examples_spec]
    )
    archive.write_out(path)
    write_warmup(path, model_name, _warmup_requests())


def _warmup_requests() -> list[tuple[str, dict[str, Any]]]:
    requests: list[tuple[str, dict[str, Any]]] = []
    for rows in _WARMUP_ROWS:
        raw = {
            column.name: np.full(
                (rows, 1), "" if column.dtype == tf.string else 0
            )
            for column in columns.COLUMNS
        }
        requests.append((PREDICT_RAW, raw))
        examples = [_blank_example()] * rows
        requests.append((SERVING_DEFAULT, {"examples": examples}))
    return requests


def _blank_example() -> bytes:
    example = tf.train.Example()
    for column in columns.COLUMNS:
        feature = example.features.feature[column.name]
        if column.dtype == tf.string:
            feature.bytes_list.value.append(b"")
        elif column.dtype == tf.int64:
            feature.int64_list.value.append(0)
        else:
            feature.float_list.value.append(0.0)
    return example.SerializeToString()
