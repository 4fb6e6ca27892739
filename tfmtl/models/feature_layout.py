"""Where each feature stands in the output of `FeatureConcatenation`."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfmtl.features import IDS
from tfmtl.features import Feature
from tfmtl.features import NumericFeature
from tfmtl.features import SequenceFeature
from tfmtl.layers import FeatureConcatenation
from tfmtl.models.feature_subset import FeatureSubset


def split(
    encoder: FeatureConcatenation, vector: tf.Tensor
) -> dict[str, tf.Tensor]:
    """Returns the vector of each feature, by name.

    Args:
        encoder: What made the vector; without `sum_fields`.
        vector: `(batch, units)`.

    Returns:
        `(batch, width)` each, a sequence's `(batch, length, width)`.
    """
    fields: list[Feature] = []
    for embedding in encoder.embeddings:
        fields.extend(embedding.features)
    fields.extend(f for f in encoder.features if isinstance(f, NumericFeature))
    parts = tf.split(vector, [_width(f) for f in fields], axis=1)
    return {
        feature.name: _by_step(feature, part)
        for feature, part in zip(fields, parts, strict=True)
    }


def recorded(
    features: Sequence[Feature],
    sequences: Sequence[SequenceFeature],
    inputs: Mapping[str, Any],
) -> tf.Tensor:
    """Returns which steps lie at or after the first record, `(batch, length)`.

    A record is an id in any of the sequences that is not 0 and not taken as
    0 by the embedding, as those outside a vocabulary are.

    Args:
        features: All features, in the order of packing.
        sequences: Sequences of one length.
        inputs: Columns by name, or packed inputs of all features.
    """
    length = sequences[0].length
    if IDS in inputs:
        ids = FeatureSubset(features, sequences)(inputs)[IDS]
    else:
        columns = [tf.cast(inputs[f.name], tf.int64) for f in sequences]
        ids = tf.concat([tf.reshape(c, [-1, length]) for c in columns], axis=1)
    ids = tf.reshape(ids, [-1, len(sequences), length])
    sizes = tf.constant([[f.vocabulary_size] for f in sequences], ids.dtype)
    found = tf.reduce_any((ids > 0) & (ids < sizes), axis=1)
    return tf.cumsum(tf.cast(found, tf.int32), axis=1) > 0


def _width(feature: Feature) -> int:
    match feature:
        case NumericFeature():
            return 1
        case SequenceFeature(length=length, embedding_dim=width):
            return length * width
        case _:
            return feature.embedding_dim


def _by_step(feature: Feature, part: tf.Tensor) -> tf.Tensor:
    if not isinstance(feature, SequenceFeature):
        return part
    return tf.reshape(part, [-1, feature.length, feature.embedding_dim])
