"""Whom the arms choose, who is shown something, and who converts."""

import dataclasses

import numpy as np
import pandas as pd

from tfmtl.audience.top_rows import top_rows
from tfmtl.experiments.expansion_ab.world import World


@dataclasses.dataclass(frozen=True, eq=False)
class Delivery:
    """What happened.

    Args:
        chosen: `(campaigns, users)` bool.
        exposed: `(campaigns, days, users)` bool.
        converted: The same, of the exposures that converted.
    """

    chosen: np.ndarray
    exposed: np.ndarray
    converted: np.ndarray

    def units(
        self,
        arms: np.ndarray,
        campaign: int | None = None,
        day: int | None = None,
    ) -> pd.DataFrame:
        """Returns one row for every user of the experiment.

        Args:
            arms: `(users,)`, the arm of each user.
            campaign: Which campaign to count; all by default.
            day: Which day to count; all by default.
        """
        part, days = _only(campaign), _only(day)
        return pd.DataFrame(
            {
                "user_id": np.arange(len(arms)),
                "arm": arms,
                "selected": self.chosen[part].sum(axis=0),
                "exposures": self.exposed[part, days].sum(axis=(0, 1)),
                "conversions": self.converted[part, days].sum(axis=(0, 1)),
            }
        )

    def impressions(self, arms: np.ndarray) -> pd.DataFrame:
        """Returns one row for every exposure.

        Args:
            arms: `(users,)`, the arm of each user.
        """
        campaign, day, user = np.nonzero(self.exposed)
        return pd.DataFrame(
            {
                "user_id": user,
                "arm": arms[user],
                "campaign": campaign,
                "day": day,
                "converted": self.converted[campaign, day, user],
            }
        )


def choose(
    scores: np.ndarray, eligible: np.ndarray, bucket: np.ndarray, size: int
) -> np.ndarray:
    """Returns whom a model chooses from a bucket, `(campaigns, users)` bool.

    Args:
        scores: `(campaigns, users)`.
        eligible: `(campaigns, users)`, who is no seed.
        bucket: `(users,)`, who is in the arm.
        size: How many for each campaign.
    """
    chosen = np.zeros(scores.shape, bool)
    for row, (marks, may) in enumerate(zip(scores, eligible, strict=True)):
        users = np.flatnonzero(may & bucket)
        chosen[row, users[top_rows(marks[users], users, size)]] = True
    return chosen


def deliver(
    world: World, chosen: np.ndarray, days: int, seed: int | list[int]
) -> Delivery:
    """Shows the campaigns to those who are chosen and come by.

    A user sees a campaign once a day at most, and converts with the chance
    that the population was made with. Visits and luck depend on the seed and
    the user, not on who is chosen.

    Args:
        world: The population.
        chosen: `(campaigns, users)` bool.
        days: For how many days.
        seed: Seed of the draws.
    """
    draw = np.random.default_rng(seed)
    campaigns, users = chosen.shape
    shape = (campaigns, days, users)
    visits = draw.random(shape, np.float32) < world.visits
    luck = draw.random(shape, np.float32) < world.chances[:, np.newaxis]
    exposed = visits & chosen[:, np.newaxis]
    return Delivery(chosen, exposed, exposed & luck)


def _only(place: int | None) -> slice:
    return slice(None) if place is None else slice(place, place + 1)
