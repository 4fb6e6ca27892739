"""Ranks candidates by a network that is trained on a campaign's rows."""

from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfmtl import optimizers
from tfmtl.audience import FineTuning
from tfmtl.experiments.lookalike.campaign import CampaignRequest
from tfmtl.experiments.lookalike.campaign_data import TASK
from tfmtl.experiments.lookalike.population import Packed
from tfmtl.experiments.lookalike.ranker import Ranker
from tfmtl.models import MultiTaskModel
from tfmtl.training import every_weight

Inputs = Callable[[CampaignRequest, np.ndarray], Packed]


class TunedRanker(Ranker):
    """Trains the weights of a model anew for each campaign.

    Args:
        model: Where every campaign begins; it stays as it is.
        inputs: Returns the model's inputs for users of a campaign.
        learning_rate: Learning rate of `LazyAdam`.
        batch_size: Rows of a batch.
        adapt: Says of a variable whether it is trained.
        seed: Seed of the order of the rows.
    """

    def __init__(
        self,
        model: MultiTaskModel,
        inputs: Inputs,
        *,
        learning_rate: float,
        batch_size: int,
        adapt: Callable[[keras.Variable], bool] = every_weight,
        seed: int = 0,
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        tuning = FineTuning(
            adapt=adapt,
            make_optimizer=lambda: optimizers.LazyAdam(learning_rate),
            batch_size=batch_size,
        )
        self._tuning = tuning.prepare(model)
        self._scores = tf.function(self._predictions, reduce_retracing=True)

    @property
    def general_model(self) -> Any:
        """The model where every campaign begins."""
        return self._tuning.general_model

    def epochs(self, request: CampaignRequest) -> Iterator[np.ndarray]:
        """Yields the candidates' scores after each epoch of training."""
        candidates = self._candidates(request)
        for _ in self._tuning.epochs(*self._rows(request), self.seed):
            yield self._scores(candidates).numpy()

    def steps(
        self, request: CampaignRequest
    ) -> Iterator[tuple[float, np.ndarray]]:
        """Yields the epoch's loss so far, and scores, after each step."""
        candidates = self._candidates(request)
        for _, loss in self._tuning.steps(*self._rows(request), self.seed):
            yield loss, self._scores(candidates).numpy()

    def _rows(self, request: CampaignRequest) -> tuple[Packed, Packed]:
        x = self.inputs(request, request.users)
        return x, {TASK.name: request.labels}

    def _candidates(self, request: CampaignRequest) -> dict[str, tf.Tensor]:
        inputs = self.inputs(request, request.candidates)
        return {name: tf.constant(rows) for name, rows in inputs.items()}

    def _predictions(self, inputs: dict[str, tf.Tensor]) -> tf.Tensor:
        predictions = self._tuning.model(inputs, training=False)
        return tf.reshape(predictions[TASK.name], [-1])
