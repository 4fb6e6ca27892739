"""Planted campaigns whose true chances of a response are known."""

import dataclasses
from typing import ClassVar

import numpy as np

from tfmtl.datasets import synthetic
from tfmtl.datasets.synthetic import SyntheticAudiences
from tfmtl.experiments.lookalike.campaign import Campaign
from tfmtl.experiments.lookalike.campaign import CampaignRequest
from tfmtl.experiments.lookalike.campaign_data import CampaignData
from tfmtl.experiments.lookalike.campaign_scores import column_scores
from tfmtl.experiments.lookalike.population import Population
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.settings import Settings


@dataclasses.dataclass(frozen=True)
class SyntheticCampaigns(Preset):
    """Campaigns of `tfmtl.datasets.synthetic.lookalike`, new for each seed.

    The first campaigns are train, then come dev and test. What a model may be
    customised to are the seeds and `negatives` times as many other users; to
    be ranked are `candidates` users that are neither.

    Args:
        users: Number of users.
        campaigns: Number of campaigns of train, dev and test.
        seeds: The least and the most seeds of a campaign.
        negatives: Users for each seed, some of whom would respond.
        candidates: Users of each campaign to rank.
        rate: Share of the users who respond.
        signal: Standard deviation of the logit.
        own_share: Share of that variance that only the seeds show.
    """

    name: ClassVar[str] = "synthetic_campaigns"
    settings: ClassVar[Settings] = Settings(
        batch_size=512, learning_rates=(3e-3, 1e-2), epochs=10
    )

    users: int = 20_000
    campaigns: tuple[int, int, int] = (36, 9, 30)
    seeds: tuple[int, int] = (50, 500)
    negatives: int = 10
    candidates: int = 2000
    rate: float = 0.1
    signal: float = 1.5
    own_share: float = 0.3

    def load(self, seed: int) -> CampaignData:
        """Makes up the users and campaigns of one seed."""
        audiences = synthetic.lookalike(
            self.users,
            sum(self.campaigns),
            seed=seed,
            rate=self.rate,
            seeds=self.seeds,
            signal=self.signal,
            own_share=self.own_share,
        )
        every = tuple(
            self._campaign(audiences, number, seed)
            for number in range(len(audiences))
        )
        first, second = np.cumsum(self.campaigns[:2])
        test = every[second:]
        chances = [
            audiences.probabilities[second + number, each.request.candidates]
            for number, each in enumerate(test)
        ]
        return CampaignData(
            Population(
                audiences.user_features,
                audiences.campaign_features,
                audiences.users,
            ),
            every[:first],
            every[first:second],
            test,
            description=(
                "synthetic campaigns of tfmtl.datasets.synthetic.lookalike, "
                f"{self.users:,} users of whom {self.rate:.0%} respond, "
                f"{self.own_share:.0%} of what makes them only told by the "
                "seeds; made anew for each seed, so that the true "
                "probabilities are known"
            ),
            best=column_scores(test, chances),
        )

    def _campaign(
        self, audiences: SyntheticAudiences, number: int, seed: int
    ) -> Campaign:
        draw = np.random.default_rng([seed, number, 2])
        seeds = audiences.seeds[number]
        pool = draw.permutation(audiences.pool(number))
        candidates = pool[: self.candidates]
        others = pool[self.candidates :][: self.negatives * len(seeds)]
        users = np.concatenate([seeds, others])
        response = audiences.respond(number, candidates, seed)
        category = audiences.campaigns["category"][number]
        return Campaign(
            name=f"campaign {number}",
            group=f"category {category}",
            request=CampaignRequest(
                {k: ids[number] for k, ids in audiences.campaigns.items()},
                users,
                (np.arange(len(users)) < len(seeds)).astype(np.float32),
                candidates,
            ),
            truth=response.astype(np.float32),
        )
