"""How a general model is meta-learned over campaigns."""

import dataclasses
from typing import Any

import numpy as np

from tfmtl import optimizers
from tfmtl import training
from tfmtl.experiments.lookalike.campaign_data import TASK
from tfmtl.experiments.lookalike.past_campaigns import PastCampaigns


@dataclasses.dataclass(frozen=True)
class MetaTraining:
    """Arguments of `MetaLearner` and `domain_episodes`.

    Args:
        inner_learning_rate: Length of the inner step.
        count: Campaigns of a step.
        rows: Rows of a support set, and of a query set.
        first_order: Whether inner gradients count as constants.
        sampling: Chances of campaigns go by their rows to this power: 1 as
            they are, 0.5 by the square root, 0 all the same.

    Raises:
        ValueError: If a number is not positive, or `sampling` negative.
    """

    inner_learning_rate: float = 1e-3
    count: int = 5
    rows: int = 512
    first_order: bool = False
    sampling: float = 1.0

    def __post_init__(self) -> None:
        for name in ("inner_learning_rate", "count", "rows"):
            if not getattr(self, name) > 0:
                raise ValueError(
                    f"`{name}` should be positive. "
                    f"Received: {name}={getattr(self, name)!r}."
                )
        if not 0 <= self.sampling < np.inf:
            raise ValueError(
                "`sampling` should be a power, 0 or more. "
                f"Received: sampling={self.sampling!r}."
            )

    def fit(
        self,
        model: Any,
        past: PastCampaigns,
        learning_rate: float,
        epochs: int,
        seed: int,
    ) -> None:
        """Trains a model; an epoch has as many steps as sets cover the rows.

        Args:
            model: A `MultiTaskModel`.
            past: The campaigns.
            learning_rate: Learning rate of `LazyAdam` for the outer steps.
            epochs: Number of epochs.
            seed: Seed of the draws.
        """
        inputs, labels, numbers = past.rows()
        episodes = training.domain_episodes(
            inputs,
            {TASK.name: labels},
            numbers,
            count=self.count,
            rows=self.rows,
            probability=lambda sizes: np.power(sizes, self.sampling),
            seed=seed,
        )
        learner = training.MetaLearner(
            model, self.inner_learning_rate, self.first_order
        )
        learner.compile(optimizers.LazyAdam(learning_rate))
        learner.fit(episodes, epochs=epochs, verbose=0)
