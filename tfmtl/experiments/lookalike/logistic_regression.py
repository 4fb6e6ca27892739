"""A logistic regression for each campaign, from nothing."""

import dataclasses
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfmtl.experiments.lookalike.campaign import CampaignRequest
from tfmtl.experiments.lookalike.campaign_contender import CampaignContender
from tfmtl.experiments.lookalike.one_hot import one_hot
from tfmtl.experiments.lookalike.past_campaigns import PastCampaigns
from tfmtl.experiments.lookalike.ranker import Ranker
from tfmtl.experiments.settings import Settings


@dataclasses.dataclass(frozen=True)
class LogisticRegression(CampaignContender):
    """Scikit-learn's, on one-hot user features, nothing learned before.

    A list of ids is the mean of its ids' one-hot vectors. What is tried on
    dev is `C`, the inverse of the strength of the L2 penalty.

    Args:
        name: What it is called in the table.
        inverse_penalties: Values of `C` to try.
    """

    inverse_penalties: tuple[float, ...] = (0.0001, 0.001, 0.01, 0.1)

    @property
    def choice_name(self) -> str:
        """What `choices` are."""
        return "C"

    def choices(self, settings: Settings) -> Sequence[float]:
        """Returns what is tried on dev."""
        return self.inverse_penalties

    def learn(
        self,
        past: PastCampaigns,
        value: float,
        *,
        settings: Settings,
        seed: int,
    ) -> Ranker:
        """Returns the ranker; past campaigns are not looked at."""
        return _Regressions(one_hot(past.population), value)


class _Regressions(Ranker):
    def __init__(self, users: Any, inverse_penalty: float) -> None:
        self.users = users
        self.inverse_penalty = inverse_penalty

    def epochs(self, request: CampaignRequest) -> Iterator[np.ndarray]:
        from sklearn import linear_model

        model = linear_model.LogisticRegression(
            C=self.inverse_penalty, max_iter=1000
        )
        model.fit(self.users[request.users], request.labels)
        yield model.decision_function(self.users[request.candidates])
