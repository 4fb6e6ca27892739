"""A new network for each campaign on embeddings of all campaigns."""

import dataclasses

from tfmtl.experiments.lookalike import networks
from tfmtl.experiments.lookalike.campaign_contender import CampaignContender
from tfmtl.experiments.lookalike.campaign_data import TASK
from tfmtl.experiments.lookalike.past_campaigns import PastCampaigns
from tfmtl.experiments.lookalike.tuned_ranker import TunedRanker
from tfmtl.experiments.settings import Settings
from tfmtl.models import SingleTask
from tfmtl.training import every_weight
from tfmtl.training import no_embedding


@dataclasses.dataclass(frozen=True)
class WithEmbeddings(CampaignContender):
    """An MLP from nothing, on embeddings that all campaigns have trained.

    The embeddings are those of a general MLP of users and campaigns. Of its
    layers nothing is kept.

    Args:
        name: What it is called in the table.
        frozen_embeddings: Whether the embeddings stay as they are.
        tuning_rate: Learning rate of the new network.
        units: Widths of the layers of both networks.
    """

    frozen_embeddings: bool = True
    tuning_rate: float = 3e-3
    units: tuple[int, ...] = networks.UNITS

    def learn(
        self,
        past: PastCampaigns,
        value: float,
        *,
        settings: Settings,
        seed: int,
    ) -> TunedRanker:
        """Trains the general network, and begins another on its tables."""
        population = past.population
        general, new = (
            SingleTask(
                population.features, [TASK], tower_units=self.units, seed=each
            )
            for each in (seed, seed + 1)
        )
        inputs, labels, _ = past.rows()
        networks.fit(general, inputs, labels, value, settings, seed)
        new.build()
        for ours, theirs in zip(new.weights, general.weights, strict=True):
            if not no_embedding(ours):
                ours.assign(theirs)
        return TunedRanker(
            new,
            lambda request, users: population.inputs(users, request.values),
            learning_rate=self.tuning_rate,
            batch_size=settings.batch_size,
            adapt=no_embedding if self.frozen_embeddings else every_weight,
            seed=seed,
        )
