"""Raw columns to packed features: one graph for training and serving."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import tensorflow as tf
import tensorflow_transform as tft

from pipeline.components import encoding
from pipeline.funnel import columns
from pipeline.funnel import schema
from tfmtl import features as features_lib
from tfmtl.features import CategoricalFeature
from tfmtl.features import Feature
from tfmtl.features import NumericFeature

LABELS = "labels"
NUM_BUCKETS = 32
_OPEN_COLUMNS = columns.OPEN_TEXTS + columns.OPEN_IDS
_BUCKETS = tuple(f"{name}_bucket" for name in columns.NUMBERS)
# The order of the packed ids.
CATEGORICAL = (*columns.CLOSED_TEXTS, *_OPEN_COLUMNS, *_BUCKETS)


def preprocessing_fn(inputs: dict[str, Any]) -> dict[str, Any]:
    """Packs the features, as `tfmtl.features.pack` would, and the labels.

    Texts become ids, by the schema's domain or by a vocabulary of the
    training split. Every number enters twice: as the id of its quantile
    bucket and as the standardised logarithm of 1 + number. Unknown and
    missing values are id 0 and, as a number, the mean.

    Args:
        inputs: Raw columns by name, `(batch, 1)` each. Labels may be absent,
            as they are in serving.

    Returns:
        `{"ids": (batch, columns), "numbers": (batch, numbers), "labels":
        (batch, tasks)}`, without the labels if there are none.
    """
    ids = {
        name: encoding.closed_ids(inputs[name], schema.domain(name))
        for name in columns.CLOSED_TEXTS
    }
    for name in _OPEN_COLUMNS:
        ids[name] = encoding.learned_ids(inputs[name], name)
    numbers = tf.concat([inputs[name] for name in columns.NUMBERS], axis=1)
    # Most are counts and amounts with long tails.
    logarithms = tf.math.log1p(tf.maximum(encoding.finite(numbers), 0.0))
    buckets = encoding.bucket_ids(logarithms, NUM_BUCKETS)
    ids.update(zip(_BUCKETS, buckets, strict=True))
    # The analyzers leave NaN out of what they compute.
    scaled = tft.scale_to_z_score(logarithms, elementwise=True)
    outputs = {
        features_lib.IDS: tf.concat(
            [ids[name] for name in CATEGORICAL], axis=1
        ),
        features_lib.NUMBERS: tf.where(tf.math.is_nan(scaled), 0.0, scaled),
    }
    names = [task.name for task in columns.TASKS]
    if all(name in inputs for name in names):
        outputs[LABELS] = tf.concat([inputs[name] for name in names], axis=1)
    return outputs


def vocabularies(
    transform_output: tft.TFTransformOutput,
) -> dict[str, list[str]]:
    """Returns the values of each categorical feature, by their ids from 1.

    Args:
        transform_output: What the Transform component wrote.
    """
    return {
        **{name: schema.domain(name) for name in columns.CLOSED_TEXTS},
        **{
            name: encoding.learned_values(transform_output, name)
            for name in _OPEN_COLUMNS
        },
        **dict.fromkeys(_BUCKETS, encoding.bucket_values(NUM_BUCKETS)),
    }


def model_features(
    known: Mapping[str, Sequence[str]], embedding_dim: int
) -> list[Feature]:
    """Returns the features that `preprocessing_fn` packs, in its order.

    Args:
        known: What `vocabularies` returned.
        embedding_dim: Width of every categorical feature's vectors.
    """
    return [
        *(
            CategoricalFeature(name, len(known[name]) + 1, embedding_dim)
            for name in CATEGORICAL
        ),
        *(NumericFeature(name) for name in columns.NUMBERS),
    ]
