"""A campaign that looks for users, and who would respond."""

import dataclasses
from collections.abc import Mapping

import numpy as np


@dataclasses.dataclass(frozen=True, eq=False)
class CampaignRequest:
    """What a campaign tells: its features, its seeds, whom to rank.

    Args:
        values: Features of the campaign, one value each, or a list of ids.
        users: Places of the users to learn from, `(rows,)`.
        labels: 1 for the seeds among them and 0 for the others, `(rows,)`.
        candidates: Places of the users to rank.

    Raises:
        ValueError: If a user is to be learned from and ranked, or there are
            no seeds or only seeds to learn from.
    """

    values: Mapping[str, np.ndarray]
    users: np.ndarray
    labels: np.ndarray
    candidates: np.ndarray

    def __post_init__(self) -> None:
        both = np.intersect1d(self.users, self.candidates)
        if len(both):
            raise ValueError(
                "No user should be learned from and ranked; take the seeds "
                f"out of the candidates. Received: {len(both)} such users, "
                f"first {both[:5].tolist()}."
            )
        if not 0 < self.num_seeds < len(self.labels):
            raise ValueError(
                "A campaign should have seeds, and others to tell them from. "
                f"Received: {self.num_seeds} seeds of {len(self.labels)} users."
            )

    @property
    def num_seeds(self) -> int:
        """Number of seeds."""
        return int(self.labels.sum())


@dataclasses.dataclass(frozen=True, eq=False)
class Campaign:
    """A campaign, and what its candidates would do.

    Args:
        name: Its name.
        group: What kind of campaign it is, for pictures.
        request: All that a model may see of a campaign it customises to.
        truth: 1 for the candidates who respond, `(candidates,)`.

    Raises:
        ValueError: If all candidates respond, or none.
    """

    name: str
    group: str
    request: CampaignRequest
    truth: np.ndarray

    def __post_init__(self) -> None:
        if not 0 < self.truth.sum() < len(self.truth):
            raise ValueError(
                f"Some of the candidates of {self.name!r} should respond, and "
                "some not; leave the campaign out, or rank more users. "
                f"Received: {int(self.truth.sum())} of {len(self.truth)}."
            )
