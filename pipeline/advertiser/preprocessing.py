"""Raw columns to packed features: one graph for training and serving."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import tensorflow as tf
import tensorflow_transform as tft

from pipeline.advertiser import columns
from pipeline.components import encoding
from tfmtl import features as features_lib
from tfmtl.datasets.windows.window_spec import SCENARIO
from tfmtl.features import CategoricalFeature
from tfmtl.features import Feature
from tfmtl.features import NumericFeature
from tfmtl.features import SequenceFeature

LABELS = "labels"
SCENARIO_KNOWN = "scenario_known"
NUM_BUCKETS = 32
# A day of history without any, as a value among the buckets.
_NONE = "none"
_TEXTS = (SCENARIO, *columns.PROFILE_TEXTS)
_BUCKETS = tuple(f"{name}_bucket" for name in columns.PROFILE_NUMBERS)
# The order of the packed ids, behind those of the histories.
CATEGORICAL = (*_TEXTS, *columns.SCENARIO_ATTRIBUTES, *_BUCKETS)
# What makes the weights of a scenario model.
SCENARIO_FEATURES = (*CATEGORICAL, *columns.PROFILE_NUMBERS)


def preprocessing_fn(inputs: dict[str, Any]) -> dict[str, Any]:
    """Packs the features, as `tfmtl.features.pack` would, and the labels.

    A day of history is 0 if unknown, 1 if there was none, else its bucket
    among those of the training split. A scenario that this does not have is
    id 0, and told by its attributes.

    Args:
        inputs: Raw columns by name, `(batch, length)` each. Labels may be
            absent, as they are in serving.

    Returns:
        `{"ids": (batch, columns), "numbers": (batch, numbers),
        "scenario_known": (batch, 1), "labels": (batch, tasks)}`, without the
        labels if there are none.
    """
    ids = {name: encoding.learned_ids(inputs[name], name) for name in _TEXTS}
    for name, size in columns.SCENARIO_ATTRIBUTES.items():
        known = (inputs[name] >= 0) & (inputs[name] < size)
        ids[name] = tf.where(known, inputs[name] + 1, 0)
    numbers = [inputs[name] for name in columns.PROFILE_NUMBERS]
    logarithms = _logarithms(tf.concat(numbers, axis=1))
    buckets = encoding.bucket_ids(logarithms, NUM_BUCKETS)
    ids.update(zip(_BUCKETS, buckets, strict=True))
    scaled = tft.scale_to_z_score(logarithms, elementwise=True)
    packed = [_days(inputs), *(ids[name] for name in CATEGORICAL)]
    outputs = {
        features_lib.IDS: tf.concat(packed, axis=1),
        features_lib.NUMBERS: tf.where(tf.math.is_nan(scaled), 0.0, scaled),
        SCENARIO_KNOWN: tf.cast(ids[SCENARIO] > 0, tf.int64),
    }
    if all(name in inputs for name in columns.SPEC.tasks):
        labels = [inputs[name] for name in columns.SPEC.tasks]
        outputs[LABELS] = tf.concat(labels, axis=1)
    return outputs


def vocabularies(
    transform_output: tft.TFTransformOutput,
) -> dict[str, list[str]]:
    """Returns the values of each feature with ids, by its ids from 1.

    Args:
        transform_output: What the Transform component wrote.
    """
    buckets = encoding.bucket_values(NUM_BUCKETS)
    return {
        **dict.fromkeys(columns.SPEC.histories, [_NONE, *buckets]),
        **{
            name: encoding.learned_values(transform_output, name)
            for name in _TEXTS
        },
        **{
            name: list(map(str, range(size)))
            for name, size in columns.SCENARIO_ATTRIBUTES.items()
        },
        **dict.fromkeys(_BUCKETS, buckets),
    }


def model_features(
    known: Mapping[str, Sequence[str]], day_dim: int, embedding_dim: int
) -> list[Feature]:
    """Returns the features that `preprocessing_fn` packs, in its order.

    Args:
        known: What `vocabularies` returned.
        day_dim: Width of the vector of a day in each history.
        embedding_dim: Width of every categorical feature's vectors.
    """
    length = columns.SPEC.history
    return [
        *(
            SequenceFeature(name, length, len(known[name]) + 1, day_dim)
            for name in columns.SPEC.histories
        ),
        *(
            CategoricalFeature(name, len(known[name]) + 1, embedding_dim)
            for name in CATEGORICAL
        ),
        *(NumericFeature(name) for name in columns.PROFILE_NUMBERS),
    ]


def scenario_column() -> int:
    """Returns the column of the scenario's id among the packed ones."""
    days = columns.SPEC.history * len(columns.SPEC.histories)
    return days + CATEGORICAL.index(SCENARIO)


def _logarithms(numbers: tf.Tensor) -> tf.Tensor:
    """Returns log(1 + number), or NaN; most are counts with long tails."""
    return tf.math.log1p(tf.maximum(encoding.finite(numbers), 0.0))


def _days(inputs: dict[str, Any]) -> tf.Tensor:
    """Returns `(batch, histories * days)` ids."""
    names = columns.SPEC.histories
    histories = tf.stack([inputs[name] for name in names], axis=2)
    days = tf.reshape(_logarithms(histories), [-1, len(names)])
    # Most days have none: they are no part of the buckets.
    above = tf.where(days > 0.0, days, float("nan"))
    ids = tf.concat(encoding.bucket_ids(above, NUM_BUCKETS), axis=1) + 1
    ids = tf.where(tf.math.is_nan(days), tf.zeros_like(ids), ids)
    length = columns.SPEC.history
    ids = tf.reshape(ids, [-1, length, len(names)])
    packed = tf.transpose(ids, [0, 2, 1])
    return tf.reshape(packed, [-1, len(names) * length])
