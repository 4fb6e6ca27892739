"""Who has responded to which past campaign, as a graph."""

import numpy as np

from tfmtl.experiments.lookalike.past_campaigns import PastCampaigns


class UserGraph:
    """Users and past campaigns, joined where a user has responded.

    Nodes are numbered: users by their places, then the campaigns.

    Args:
        past: The campaigns. No other campaign's labels are looked at.

    Attributes:
        users: User of each edge.
        campaigns: Node of each edge's campaign.
    """

    def __init__(self, past: PastCampaigns) -> None:
        self.num_users = len(past.population)
        self.num_nodes = self.num_users + len(past.campaigns)
        responders = [
            past.users(each)[past.labels(each) == 1] for each in past.campaigns
        ]
        self.users = np.concatenate(responders)
        numbers = np.repeat(
            np.arange(len(responders)), list(map(len, responders))
        )
        self.campaigns = self.num_users + numbers
        self._is_edge = np.zeros((len(responders), self.num_users), bool)
        self._is_edge[numbers, self.users] = True

    def __len__(self) -> int:
        return len(self.users)

    def links(self, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns where messages go from and to, along edges both ways.

        Args:
            kept: Numbers of the edges, or a mask of them.
        """
        users, campaigns = self.users[kept], self.campaigns[kept]
        return (
            np.concatenate([users, campaigns]),
            np.concatenate([campaigns, users]),
        )

    def strangers(
        self, campaigns: np.ndarray, draw: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draws a user for each campaign, less those who have responded.

        Args:
            campaigns: Nodes of campaigns.
            draw: Draws the users.

        Returns:
            The users, and their campaigns' nodes: fewer than were asked for.
        """
        users = draw.integers(0, self.num_users, len(campaigns))
        is_new = ~self._is_edge[campaigns - self.num_users, users]
        return users[is_new], campaigns[is_new]
