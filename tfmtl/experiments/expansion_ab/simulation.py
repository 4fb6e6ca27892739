"""The sizes of a simulated experiment."""

import dataclasses

from tfmtl.layers.sizes import check_sizes


@dataclasses.dataclass(frozen=True)
class Simulation:
    """What is simulated.

    Args:
        users: Users of the population.
        past_campaigns: Campaigns that general models have learned from.
        campaigns: Campaigns of the experiment.
        size: Users that either arm chooses for a campaign.
        days: Days for which each campaign is shown.
        repeats: How often the experiment is repeated with other arms and
            other luck, to see how often its intervals hold the truth.
        seed: Int. The same seed gives the same population and results.

    Raises:
        ValueError: If one is not positive, or there are too few users to
            choose from.

    Example:

    >>> Simulation(users=10_000, campaigns=2).size
    500
    """

    users: int = 20_000
    past_campaigns: int = 40
    campaigns: int = 3
    size: int = 500
    days: int = 7
    repeats: int = 200
    seed: int = 0

    def __post_init__(self) -> None:
        sizes = dataclasses.asdict(self)
        del sizes["seed"]
        check_sizes(**sizes)
        if self.users < 5000 or self.size > self.users // 8:
            raise ValueError(
                "`users` should be 5000 or more, so that campaigns have seeds, "
                "and eight times `size` or more, so that there is something "
                "to choose from. "
                f"Received: users={self.users!r}, size={self.size!r}."
            )
