"""What a pushed version can do beside being served: encode raw values."""

from collections.abc import Sequence

import tensorflow as tf

from pipeline.audience import columns
from pipeline.audience import preprocessing
from pipeline.components.export import RawFunction
from pipeline.components.raw_column import RawColumn
from tfmtl import features as features_lib
from tfmtl.audience import general_model


def endpoints(
    transform: RawFunction,
) -> dict[str, tuple[Sequence[RawColumn], RawFunction]]:
    """Returns what `tfmtl.audience.GeneralModel` encodes by.

    Args:
        transform: Packs the features of raw columns of users and campaign.
    """
    users = len(preprocessing.USER_FEATURES)

    def encode_users(raw: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        ids = _packed(transform, raw, columns.CAMPAIGN_COLUMNS)[:, :users]
        return _by_feature(ids, preprocessing.USER_FEATURES)

    def encode_campaign(raw: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        ids = _packed(transform, raw, columns.USER_COLUMNS)[:, users:]
        return _by_feature(ids, preprocessing.CAMPAIGN_FEATURES)

    return {
        general_model.ENCODE_USERS: (columns.USER_COLUMNS, encode_users),
        general_model.ENCODE_CAMPAIGN: (
            columns.CAMPAIGN_COLUMNS,
            encode_campaign,
        ),
    }


def _packed(
    transform: RawFunction,
    raw: dict[str, tf.Tensor],
    others: Sequence[RawColumn],
) -> tf.Tensor:
    """Returns the packed ids, those of the other columns for nothing."""
    some = next(iter(raw.values()))
    blank = {
        column.name: tf.fill(
            tf.shape(some), tf.constant(column.missing, column.dtype)
        )
        for column in others
    }
    ids = transform({**raw, **blank})[features_lib.IDS]
    return tf.cast(ids, tf.int32)


def _by_feature(ids: tf.Tensor, names: Sequence[str]) -> dict[str, tf.Tensor]:
    """Returns `(batch,)` by feature, `(batch, words)` where there are words."""
    outputs, start = {}, 0
    for name in names:
        if name in columns.CAMPAIGN_WORDS:
            outputs[name] = ids[:, start : start + preprocessing.MAX_WORDS]
            start += preprocessing.MAX_WORDS
        else:
            outputs[name] = ids[:, start]
            start += 1
    return outputs
