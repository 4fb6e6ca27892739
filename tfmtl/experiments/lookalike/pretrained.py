"""A general model of users and campaigns, fine-tuned for each campaign."""

import dataclasses
from typing import Any

from tfmtl.experiments.lookalike import networks
from tfmtl.experiments.lookalike.campaign_contender import CampaignContender
from tfmtl.experiments.lookalike.campaign_data import TASK
from tfmtl.experiments.lookalike.meta_training import MetaTraining
from tfmtl.experiments.lookalike.past_campaigns import PastCampaigns
from tfmtl.experiments.lookalike.tuned_ranker import TunedRanker
from tfmtl.experiments.model_maker import ModelMaker
from tfmtl.experiments.settings import Settings
from tfmtl.models import MetaHeac


@dataclasses.dataclass(frozen=True)
class Pretrained(CampaignContender):
    """Trains a model over all campaigns, and a copy of it for a new one.

    All weights are fine-tuned. Two rows of the paper's table: "MLP +
    pre-training" with `SingleTask`, and MetaHeac with `MetaHeac` and `meta`.

    Args:
        name: What it is called in the table.
        make: Makes the model; `MetaHeac` is told which features are the
            campaign's.
        meta: How it is meta-learned; None for ordinary mini-batches.
        offline_epochs: How often the rows of all campaigns are gone through.
        tuning_rate: Learning rate of the fine-tuning.
    """

    make: ModelMaker
    meta: MetaTraining | None = None
    offline_epochs: int = 1
    tuning_rate: float = 1e-3

    def learn(
        self,
        past: PastCampaigns,
        value: float,
        *,
        settings: Settings,
        seed: int,
    ) -> TunedRanker:
        """Trains the general model with a learning rate."""
        population = past.population
        options: dict[str, Any] = {}
        if issubclass(self.make.model, MetaHeac):
            names = [each.name for each in population.campaign_features]
            options["campaign_features"] = names
        model = self.make(population.features, [TASK], seed, **options)
        if self.meta is not None:
            self.meta.fit(model, past, value, self.offline_epochs, seed)
        else:
            inputs, labels, _ = past.rows()
            networks.fit(
                model,
                inputs,
                labels,
                value,
                settings,
                seed,
                self.offline_epochs,
            )
        return TunedRanker(
            model,
            lambda request, users: population.inputs(users, request.values),
            learning_rate=self.tuning_rate,
            batch_size=settings.batch_size,
            seed=seed,
        )

    def config(self) -> dict[str, Any]:
        """Returns what the contender is, as it stands in a protocol file."""
        return {
            "name": self.name,
            "method": type(self).__name__,
            **self.make.config(),
            "meta": self.meta and dataclasses.asdict(self.meta),
            "offline_epochs": self.offline_epochs,
            "tuning_rate": self.tuning_rate,
        }
