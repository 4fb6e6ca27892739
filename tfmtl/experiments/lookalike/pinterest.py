"""Look-alikes by user vectors and their density, after Pinterest."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from tfmtl.experiments.lookalike import networks
from tfmtl.experiments.lookalike.campaign import CampaignRequest
from tfmtl.experiments.lookalike.campaign_contender import CampaignContender
from tfmtl.experiments.lookalike.campaign_data import TASK
from tfmtl.experiments.lookalike.centroid import Centroid
from tfmtl.experiments.lookalike.heads_by_campaign import number_feature
from tfmtl.experiments.lookalike.lsh_density import LshDensity
from tfmtl.experiments.lookalike.own_heads import numbered
from tfmtl.experiments.lookalike.past_campaigns import PastCampaigns
from tfmtl.experiments.lookalike.ranker import Ranker
from tfmtl.experiments.lookalike.shared_bottom_heads import SharedBottomHeads
from tfmtl.experiments.settings import Settings


@dataclasses.dataclass(frozen=True)
class Pinterest(CampaignContender):
    """A global user embedding, and a similarity to the seeds without training.

    A reconstruction: the paper's abstract is known, its formulas are not. An
    MLP makes a vector of a user, such that its product with the vector of a
    past campaign tells by a logistic loss who responded. Of a new campaign
    the seeds' vectors alone are looked at.

    Args:
        name: What it is called in the table.
        density: Whether the score is `LshDensity`; else it is `Centroid`.
        units: Widths of the MLP's layers.

    Reference:
        deWet & Ou, 2019, Finding users who act alike.
    """

    density: bool = True
    units: tuple[int, ...] = networks.UNITS

    def learn(
        self,
        past: PastCampaigns,
        value: float,
        *,
        settings: Settings,
        seed: int,
    ) -> Ranker:
        """Trains the vectors of all users."""
        population = past.population
        number = number_feature(len(past.campaigns))
        features = [*population.user_features, number]
        model = SharedBottomHeads(
            features, [TASK], bottom_units=self.units, seed=seed
        )
        users = np.concatenate([past.users(each) for each in past.campaigns])
        labels = [past.labels(each) for each in past.campaigns]
        numbers = np.repeat(np.arange(len(labels)) + 1, list(map(len, labels)))
        networks.fit(
            model,
            numbered(population.users(users), numbers),
            np.concatenate(labels)[:, np.newaxis],
            value,
            settings,
            seed,
        )
        everyone = np.arange(len(population))
        vectors = model.vectors(
            numbered(population.users(everyone), np.zeros_like(everyone))
        )
        # What all users have in common says nothing of any.
        vectors = vectors - vectors.mean(axis=0)
        if self.density:
            return _Similarity(LshDensity(vectors, seed=seed))
        return _Similarity(Centroid(vectors))


class _Similarity(Ranker):
    def __init__(self, score: Any) -> None:
        self.score = score

    def epochs(self, request: CampaignRequest) -> Iterator[np.ndarray]:
        seeds = request.users[request.labels == 1]
        yield self.score(seeds, request.candidates)
