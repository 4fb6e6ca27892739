"""Campaigns that are over, which general models learn from."""

import dataclasses

import numpy as np

from tfmtl.experiments.lookalike.campaign import Campaign
from tfmtl.experiments.lookalike.population import Packed
from tfmtl.experiments.lookalike.population import Population


@dataclasses.dataclass(frozen=True, eq=False)
class PastCampaigns:
    """Campaigns whose outcome is known: seeds, and what came back later.

    Args:
        population: Their users.
        campaigns: The campaigns.
    """

    population: Population
    campaigns: tuple[Campaign, ...]

    def users(self, campaign: Campaign) -> np.ndarray:
        """Returns the places of the users that a campaign knows about."""
        request = campaign.request
        return np.concatenate([request.users, request.candidates])

    def labels(self, campaign: Campaign) -> np.ndarray:
        """Returns 1 for seeds and for those who responded later."""
        return np.concatenate([campaign.request.labels, campaign.truth])

    def rows(self) -> tuple[Packed, np.ndarray, np.ndarray]:
        """Returns a row for each campaign and user that it knows about.

        Returns:
            Packed features of users and campaigns, labels `(rows, 1)`, and
            the number of the campaign, from 0.
        """
        parts = [
            self.population.inputs(self.users(each), each.request.values)
            for each in self.campaigns
        ]
        labels = [self.labels(each) for each in self.campaigns]
        inputs = {
            name: np.concatenate([part[name] for part in parts])
            for name in parts[0]
        }
        numbers = np.repeat(np.arange(len(labels)), list(map(len, labels)))
        return inputs, np.concatenate(labels)[:, np.newaxis], numbers
