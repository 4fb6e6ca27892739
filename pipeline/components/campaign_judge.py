"""Judges a general model by what it becomes when it is customised."""

import dataclasses
import hashlib
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from pipeline.components.campaign_task import CampaignTask
from tfmtl.audience import FineTuning

_BATCH = 4096


@dataclasses.dataclass(frozen=True)
class CampaignScores:
    """Predictions for the query part of one campaign.

    Args:
        campaign: Its id.
        seeds: Number of positive rows that the model was customised to.
        labels: `(rows,)`, of the query part.
        tuned: `(rows,)`, predictions of the customised model.
        untuned: `(rows,)`, predictions of the general model.
    """

    campaign: str
    seeds: int
    labels: np.ndarray
    tuned: np.ndarray
    untuned: np.ndarray


class CampaignJudge:
    """Customises a model to half of each campaign, and asks about the rest.

    Which rows are in which half hangs on the campaign and the seed only, so
    that two models are judged by the same ones. The model stays as it is;
    asked again, the judge takes the weights that it has then.

    Args:
        model: The general model.
        task: What it predicts.
        tuning: How the copies are trained.
        seed: Makes the halves and the training repeatable.
    """

    def __init__(
        self,
        model: Any,
        task: CampaignTask,
        tuning: FineTuning,
        seed: int = 0,
    ) -> None:
        self._task = task
        self._seed = seed
        self._prepared = tuning.prepare(model)
        self._untuned = _prediction(model, task)
        self._tuned = _prediction(self._prepared.model, task)

    def scores(
        self,
        features: Mapping[str, np.ndarray],
        labels: np.ndarray,
        campaigns: np.ndarray,
    ) -> Iterator[CampaignScores]:
        """Yields the scores, campaign by campaign.

        A campaign whose halves do not have both classes tells nothing, and
        is left out.

        Args:
            features: Name to `(rows, width)`.
            labels: `(rows,)` of 0 and 1.
            campaigns: `(rows,)` texts.
        """
        order = np.argsort(campaigns, kind="stable")
        names, starts = np.unique(campaigns[order], return_index=True)
        for name, rows in zip(names, np.split(order, starts[1:]), strict=True):
            draw = np.random.default_rng([self._seed, _number(name)])
            support, query = np.array_split(draw.permutation(rows), 2)
            if any(np.ptp(labels[part]) == 0 for part in (support, query)):
                continue
            self._prepared.train(
                {n: column[support] for n, column in features.items()},
                {self._task.name: labels[support]},
                self._seed,
            )
            asked = {n: column[query] for n, column in features.items()}
            yield CampaignScores(
                str(name),
                int(labels[support].sum()),
                labels[query],
                _in_parts(self._tuned, asked),
                _in_parts(self._untuned, asked),
            )


def _prediction(
    model: Any, task: CampaignTask
) -> Callable[[Mapping[str, np.ndarray]], tf.Tensor]:
    return tf.function(
        lambda rows: model(rows, training=False)[task.name],
        autograph=False,
        reduce_retracing=True,
    )


def _in_parts(
    predict: Callable[[Mapping[str, np.ndarray]], tf.Tensor],
    features: Mapping[str, np.ndarray],
) -> np.ndarray:
    rows = len(next(iter(features.values())))
    parts = []
    for start in range(0, rows, _BATCH):
        part = {
            name: tf.constant(column[start : start + _BATCH])
            for name, column in features.items()
        }
        parts.append(predict(part).numpy()[:, 0])
    return np.concatenate(parts)


def _number(name: str) -> int:
    digest = hashlib.blake2b(str(name).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")
