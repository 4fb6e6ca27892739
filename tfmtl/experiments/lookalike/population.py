"""The users of all campaigns, ready for models."""

from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np

from tfmtl.features import Feature
from tfmtl.features import pack

Packed = dict[str, np.ndarray]


class Population:
    """Users by their place, in the form that models are fed with.

    Args:
        user_features: Features of users.
        campaign_features: Features of campaigns.
        columns: The users' features, `{feature: (users,) or (users, width)}`.

    Example:

    >>> age = tfmtl.CategoricalFeature("age", 9, embedding_dim=2)
    >>> topic = tfmtl.CategoricalFeature("topic", 9, embedding_dim=2)
    >>> population = Population([age], [topic], {"age": np.array([5, 6, 7])})
    >>> population.inputs(np.array([2, 0]), {"topic": np.array(3)})["ids"]
    array([[7, 3],
           [5, 3]])
    """

    def __init__(
        self,
        user_features: Sequence[Feature],
        campaign_features: Sequence[Feature],
        columns: Mapping[str, np.ndarray],
    ) -> None:
        self.user_features = tuple(user_features)
        self.campaign_features = tuple(campaign_features)
        self._users = pack(self.user_features, columns)

    def __len__(self) -> int:
        return len(next(iter(self._users.values())))

    @property
    def features(self) -> tuple[Feature, ...]:
        """Features of users and campaigns, in the order of `inputs`."""
        return self.user_features + self.campaign_features

    def users(self, places: np.ndarray) -> Packed:
        """Returns packed features of users.

        Args:
            places: Their places.
        """
        return {name: rows[places] for name, rows in self._users.items()}

    def inputs(
        self, places: np.ndarray, values: Mapping[str, np.ndarray]
    ) -> Packed:
        """Returns packed features of users beside those of a campaign.

        Args:
            places: Places of the users.
            values: Features of the campaign.
        """
        inputs = self.users(places)
        if self.campaign_features:
            row = pack(
                self.campaign_features,
                {n: np.asarray(v)[np.newaxis] for n, v in values.items()},
            )
            for name, cells in row.items():
                repeated = np.repeat(cells, len(places), axis=0)
                before = [inputs[name]] if name in inputs else []
                inputs[name] = np.hstack([*before, repeated])
        return inputs
