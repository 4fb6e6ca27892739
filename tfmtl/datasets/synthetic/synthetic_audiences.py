"""Users and campaigns made up, with the true chance of each response."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from tfmtl import metrics
from tfmtl.features import CategoricalFeature


@dataclasses.dataclass(frozen=True, eq=False)
class SyntheticAudiences:
    """Campaigns with seeds, and the probabilities that made them.

    Users and campaigns are known by their place, from 0.

    Args:
        user_features: What is known of a user.
        campaign_features: What is known of a campaign.
        users: `{feature: (users,) or (users, max_length) int32}`.
        campaigns: `{feature: (campaigns,) int32}`.
        seeds: For each campaign the places of its seeds, rising.
        probabilities: `(campaigns, users) float32`, the true probability
            that a user responds.
    """

    user_features: Sequence[CategoricalFeature]
    campaign_features: Sequence[CategoricalFeature]
    users: dict[str, np.ndarray]
    campaigns: dict[str, np.ndarray]
    seeds: Sequence[np.ndarray]
    probabilities: np.ndarray

    def __len__(self) -> int:
        return len(self.seeds)

    def pool(self, campaign: int) -> np.ndarray:
        """Returns the places of all users but the campaign's seeds."""
        everyone = np.arange(self.probabilities.shape[1])
        return np.setdiff1d(everyone, self.seeds[campaign], True)

    def x(self, campaign: int, users: np.ndarray) -> dict[str, np.ndarray]:
        """Returns the features of some users beside those of a campaign.

        Args:
            campaign: Place of the campaign.
            users: Places of the users.

        Returns:
            `{feature: (rows,) or (rows, max_length) int32}`, as `fit` takes
            them.
        """
        columns = {name: ids[users] for name, ids in self.users.items()}
        for name, ids in self.campaigns.items():
            columns[name] = np.full(len(users), ids[campaign], np.int32)
        return columns

    def training_rows(
        self, campaign: int, negatives: int = 10, seed: int = 0
    ) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Returns the seeds, and users drawn from the pool as negatives.

        As in life, some of the negatives would respond.

        Args:
            campaign: Place of the campaign.
            negatives: How many for each seed, as far as the pool goes.
            seed: Int, draws the negatives and the order of the rows.

        Returns:
            The pair of features, as `x` gives them, and `(rows, 1)` float32
            labels.
        """
        draw = np.random.default_rng([seed, campaign])
        positives, pool = self.seeds[campaign], self.pool(campaign)
        count = min(negatives * len(positives), len(pool))
        rows = np.concatenate([positives, draw.choice(pool, count, False)])
        label = np.arange(len(rows)) < len(positives)
        order = draw.permutation(len(rows))
        y = label[order, np.newaxis].astype(np.float32)
        return self.x(campaign, rows[order]), y

    def respond(
        self, campaign: int, users: np.ndarray, seed: int = 0
    ) -> np.ndarray:
        """Draws who of some users responds when shown the campaign.

        Args:
            campaign: Place of the campaign.
            users: Places of the users.
            seed: Int. A user's answer depends on it, on the campaign and the
                user, not on who else is asked.

        Returns:
            `(rows,)` bool.
        """
        draw = np.random.default_rng([seed, campaign, 1])
        answers = draw.random(self.probabilities.shape[1])
        return answers[users] < self.probabilities[campaign, users]

    def expected_auc(self, campaign: int, scores: np.ndarray) -> float:
        """Returns the AUC that scores can be expected to have on the pool.

        Every user counts as responding, by their probability, and as not.

        Args:
            campaign: Place of the campaign.
            scores: `(users,)`, of all users.
        """
        pool = self.pool(campaign)
        chance = self.probabilities[campaign, pool].astype(np.float64)
        labels = np.repeat([1.0, 0.0], len(pool))
        weights = np.concatenate([chance, 1 - chance])
        twice = np.tile(np.asarray(scores)[pool], 2)
        return metrics.AUC().compute(labels, twice, weights)

    def bayes_auc(self) -> list[float]:
        """Returns the expected AUC of the true probabilities, by campaign.

        No model can be expected to do better.
        """
        return [
            self.expected_auc(campaign, chance)
            for campaign, chance in enumerate(self.probabilities)
        ]

    def expected_responses(self, campaign: int, size: int) -> float:
        """Returns how many of the best audience are expected to respond.

        Args:
            campaign: Place of the campaign.
            size: How many users of the pool to show it to.

        Raises:
            ValueError: If the pool is smaller, or `size` negative.
        """
        chance = self.probabilities[campaign, self.pool(campaign)]
        if not 0 <= size <= len(chance):
            raise ValueError(
                f"`size` should be from 0 to {len(chance)}, the users who "
                f"are not seeds. Received: size={size}."
            )
        best = np.sort(chance)[len(chance) - size :]
        return float(best.sum(dtype=np.float64))
