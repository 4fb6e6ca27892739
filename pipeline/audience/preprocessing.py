"""Raw columns to packed ids: one graph for training and serving."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import tensorflow as tf
import tensorflow_transform as tft

from pipeline.audience import columns
from pipeline.audience import schema
from pipeline.components import encoding
from tfmtl import features as features_lib
from tfmtl.features import CategoricalFeature

LABELS = "labels"
CAMPAIGNS = "campaigns"
USER_BUCKETS = 16
CAMPAIGN_BUCKETS = 8
MAX_WORDS = 4
_BUCKET = "{}_bucket"
_USER_OPEN = (*columns.USER_OPEN_TEXTS, *columns.USER_OPEN_IDS)
# Features in the order of the packed ids.
USER_FEATURES = (
    *columns.USER_CLOSED_TEXTS,
    *_USER_OPEN,
    *map(_BUCKET.format, columns.USER_NUMBERS),
)
CAMPAIGN_FEATURES = (
    *columns.CAMPAIGN_OPEN_TEXTS,
    *columns.CAMPAIGN_WORDS,
    *map(_BUCKET.format, columns.CAMPAIGN_NUMBERS),
)
_LEARNED = (
    *_USER_OPEN,
    *columns.CAMPAIGN_OPEN_TEXTS,
    *columns.CAMPAIGN_WORDS,
)


def preprocessing_fn(inputs: dict[str, Any]) -> dict[str, Any]:
    """Packs the features, as `tfmtl.features.pack` would, and the label.

    Texts become ids, by the schema's domain or by a vocabulary of the
    training split; of a campaign's name every word does. A number is the id
    of its quantile bucket. Unknown and missing values are id 0.

    Args:
        inputs: Raw columns by name, `(batch, 1)` each. Label and campaign may
            be absent, as they are in serving.

    Returns:
        `{"ids": (batch, columns), "labels": (batch, 1), "campaigns": (batch,
        1)}`, without the last two if there are none.
    """
    ids = {
        name: encoding.closed_ids(inputs[name], schema.domain(name))
        for name in columns.USER_CLOSED_TEXTS
    }
    for name in (*_USER_OPEN, *columns.CAMPAIGN_OPEN_TEXTS):
        ids[name] = encoding.learned_ids(inputs[name], name)
    for name in columns.CAMPAIGN_WORDS:
        ids[name] = _word_ids(inputs[name], name)
    for names, count in (
        (columns.USER_NUMBERS, USER_BUCKETS),
        (columns.CAMPAIGN_NUMBERS, CAMPAIGN_BUCKETS),
    ):
        numbers = tf.concat([inputs[name] for name in names], axis=1)
        buckets = encoding.bucket_ids(encoding.finite(numbers), count)
        ids.update(zip(map(_BUCKET.format, names), buckets, strict=True))
    order = (*USER_FEATURES, *CAMPAIGN_FEATURES)
    outputs = {
        features_lib.IDS: tf.concat([ids[name] for name in order], axis=1)
    }
    for output, name in (
        (LABELS, columns.TASK.name),
        (CAMPAIGNS, columns.CAMPAIGN_ID),
    ):
        if name in inputs:
            outputs[output] = inputs[name]
    return outputs


def vocabularies(
    transform_output: tft.TFTransformOutput,
) -> dict[str, list[str]]:
    """Returns the values of each feature, by their ids from 1.

    Args:
        transform_output: What the Transform component wrote.
    """
    values = {name: schema.domain(name) for name in columns.USER_CLOSED_TEXTS}
    for name in _LEARNED:
        values[name] = encoding.learned_values(transform_output, name)
    for names, count in (
        (columns.USER_NUMBERS, USER_BUCKETS),
        (columns.CAMPAIGN_NUMBERS, CAMPAIGN_BUCKETS),
    ):
        buckets = encoding.bucket_values(count)
        values.update(dict.fromkeys(map(_BUCKET.format, names), buckets))
    return values


def model_features(
    known: Mapping[str, Sequence[str]], embedding_dim: int
) -> list[CategoricalFeature]:
    """Returns the features that `preprocessing_fn` packs, in its order.

    Args:
        known: What `vocabularies` returned.
        embedding_dim: Width of every feature's vectors.
    """
    return [
        CategoricalFeature(
            name,
            len(known[name]) + 1,
            embedding_dim,
            MAX_WORDS if name in columns.CAMPAIGN_WORDS else None,
        )
        for name in (*USER_FEATURES, *CAMPAIGN_FEATURES)
    ]


def _word_ids(texts: tf.Tensor, name: str) -> tf.Tensor:
    """Returns the ids of the first words of texts, `(batch, MAX_WORDS)`."""
    plain = tf.strings.regex_replace(
        tf.strings.upper(tf.reshape(texts, [-1])), "[^A-Z]+", " "
    )
    words = tf.strings.split(plain)[:, :MAX_WORDS]
    ids = tf.ragged.map_flat_values(encoding.learned_ids, words, name)
    return ids.to_tensor(0, shape=[None, MAX_WORDS])
