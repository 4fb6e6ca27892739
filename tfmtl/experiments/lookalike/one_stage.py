"""A network for each campaign, from nothing."""

import dataclasses

from tfmtl.experiments.lookalike.campaign_contender import CampaignContender
from tfmtl.experiments.lookalike.campaign_data import TASK
from tfmtl.experiments.lookalike.networks import UNITS
from tfmtl.experiments.lookalike.past_campaigns import PastCampaigns
from tfmtl.experiments.lookalike.tuned_ranker import TunedRanker
from tfmtl.experiments.settings import Settings
from tfmtl.models import SingleTask


@dataclasses.dataclass(frozen=True)
class OneStage(CampaignContender):
    """Embeddings and an MLP of user features, trained on the seeds alone.

    Of its own campaign it knows nothing that would differ between users. The
    learning rates that are tried are those of this one training.

    Args:
        name: What it is called in the table.
        units: Widths of the MLP's layers.
    """

    units: tuple[int, ...] = UNITS

    def learn(
        self,
        past: PastCampaigns,
        value: float,
        *,
        settings: Settings,
        seed: int,
    ) -> TunedRanker:
        """Returns a new network; past campaigns are not looked at."""
        population = past.population
        return TunedRanker(
            SingleTask(
                population.user_features,
                [TASK],
                tower_units=self.units,
                seed=seed,
            ),
            lambda request, users: population.users(users),
            learning_rate=value,
            batch_size=settings.batch_size,
            seed=seed,
        )
