"""A network of all campaigns, of which a new one changes a part."""

import dataclasses

import numpy as np

from tfmtl.experiments.lookalike import networks
from tfmtl.experiments.lookalike.campaign import CampaignRequest
from tfmtl.experiments.lookalike.campaign_contender import CampaignContender
from tfmtl.experiments.lookalike.campaign_data import TASK
from tfmtl.experiments.lookalike.heads_by_campaign import is_head
from tfmtl.experiments.lookalike.heads_by_campaign import number_feature
from tfmtl.experiments.lookalike.mmoe_heads import MMoEHeads
from tfmtl.experiments.lookalike.past_campaigns import PastCampaigns
from tfmtl.experiments.lookalike.population import Packed
from tfmtl.experiments.lookalike.shared_bottom_heads import SharedBottomHeads
from tfmtl.experiments.lookalike.tuned_ranker import TunedRanker
from tfmtl.experiments.settings import Settings
from tfmtl.features import IDS
from tfmtl.training import every_weight


@dataclasses.dataclass(frozen=True)
class OwnHeads(CampaignContender):
    """Shared-Bottom or MMoE, a task for each past campaign.

    A new campaign begins with the mean of the others' heads, and of their
    gates.

    Args:
        name: What it is called in the table.
        num_experts: Number of experts of MMoE; 0 for Shared-Bottom.
        heads_only: Whether fine-tuning moves head and gate alone.
        tuning_rate: Learning rate of the fine-tuning.
        units: Widths of the bottom, or of each expert.
    """

    num_experts: int = 0
    heads_only: bool = False
    tuning_rate: float = 1e-3
    units: tuple[int, ...] = networks.UNITS

    def learn(
        self,
        past: PastCampaigns,
        value: float,
        *,
        settings: Settings,
        seed: int,
    ) -> TunedRanker:
        """Trains the network of all campaigns."""
        population = past.population
        features = [
            *population.features,
            number_feature(len(past.campaigns)),
        ]
        if self.num_experts:
            model: SharedBottomHeads | MMoEHeads = MMoEHeads(
                features,
                [TASK],
                num_experts=self.num_experts,
                expert_units=self.units,
                seed=seed,
            )
        else:
            model = SharedBottomHeads(
                features, [TASK], bottom_units=self.units, seed=seed
            )
        inputs, labels, numbers = past.rows()
        inputs = numbered(inputs, numbers + 1)
        networks.fit(model, inputs, labels, value, settings, seed)
        model.begin_new_campaign()

        def new_rows(request: CampaignRequest, users: np.ndarray) -> Packed:
            inputs = population.inputs(users, request.values)
            return numbered(inputs, np.zeros(len(users), np.int64))

        return TunedRanker(
            model,
            new_rows,
            learning_rate=self.tuning_rate,
            batch_size=settings.batch_size,
            adapt=is_head if self.heads_only else every_weight,
            seed=seed,
        )


def numbered(inputs: Packed, numbers: np.ndarray) -> Packed:
    """Returns packed features and, as the last id, the campaign's number.

    Args:
        inputs: Packed features.
        numbers: A number for each row.
    """
    ids = np.hstack([inputs[IDS], numbers[:, np.newaxis]])
    return {**inputs, IDS: ids}
