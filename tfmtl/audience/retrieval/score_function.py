"""A model's scores for users of one campaign, a batch at a time."""

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from tfmtl.audience.only_task import only_task
from tfmtl.audience.retrieval.shard import Block
from tfmtl.audience.retrieval.shard import Shard
from tfmtl.audience.scoring import BATCH
from tfmtl.audience.user_table import repeated
from tfmtl.features import Feature
from tfmtl.features import pack
from tfmtl.models.campaign_model import CampaignModel

Columns = Mapping[str, np.ndarray]
ScoreFunction = Callable[[Columns], np.ndarray]


class Scoring(NamedTuple):
    """How users are read and scored.

    Args:
        blocks: Yields ids and columns of a shard, some rows at a time.
        score: Function from columns to scores, `(users,)`.
    """

    blocks: Callable[[Shard], Iterator[Block]]
    score: ScoreFunction


def score_function(model: Any, campaign: Mapping[str, Any]) -> ScoreFunction:
    """Returns a function from columns of users to scores, `(users,)`.

    Args:
        model: A `MultiTaskModel` of one task.
        campaign: One value for each feature that is the campaign's.

    Raises:
        ValueError: If the model has not one binary task.
    """
    task = only_task(model)
    # A model that knows which features are the campaign's looks them up once
    # for all users.
    for_all = isinstance(model, CampaignModel) and not (
        set(model.campaign_features) - set(campaign)
    )
    known = model.campaign_features if for_all else ()
    constants = campaign_columns(model.features, campaign)

    @tf.function(autograph=False)
    def score(columns: dict[str, tf.Tensor]) -> tf.Tensor:
        values = {
            name: tf.constant(value)
            if name in known
            else tf.repeat(tf.constant(value), BATCH, axis=0)
            for name, value in constants.items()
        }
        return model({**columns, **values}, training=False)[task][:, 0]

    return lambda columns: in_batches(score, columns, BATCH)


def campaign_columns(
    features: Sequence[Feature], campaign: Mapping[str, Any]
) -> dict[str, np.ndarray]:
    """Returns a campaign's features as columns of one row.

    Args:
        features: Features of the model.
        campaign: One value for each feature that is the campaign's.

    Raises:
        ValueError: If it has none for a feature, one of another type, or a
            feature that the model does not know.
    """
    names = [feature.name for feature in features]
    unknown = sorted(set(campaign) - set(names))
    if unknown:
        raise ValueError(
            f"`campaign` should have features of the model, {names}. "
            f"Received: {unknown}."
        )
    given = [f for f in features if f.name in campaign]
    columns = {
        f.name: repeated(f, np.asarray(campaign[f.name]), 1) for f in given
    }
    if given:
        pack(given, columns)  # refuses what is of another type
    return columns


def in_batches(
    score: Callable[[dict[str, tf.Tensor]], tf.Tensor],
    columns: Columns,
    size: int,
) -> np.ndarray:
    """Returns the scores of all rows, computed some at a time.

    All batches have the same shape, the last one filled up: in a product of
    another shape sums may be rounded otherwise, and users who are alike would
    not tie.

    Args:
        score: Function from columns of `size` rows to scores.
        columns: Name to `(rows, ...)`.
        size: Rows of a batch.
    """
    rows = len(next(iter(columns.values())))
    scores = np.empty(rows, np.float32)
    for start in range(0, rows, size):
        part = {n: c[start : start + size] for n, c in columns.items()}
        count = min(size, rows - start)
        if count < size:
            part = {
                n: np.resize(c, (size, *c.shape[1:])) for n, c in part.items()
            }
        batch = {name: tf.constant(column) for name, column in part.items()}
        scores[start : start + count] = score(batch).numpy()[:count]
    return scores
