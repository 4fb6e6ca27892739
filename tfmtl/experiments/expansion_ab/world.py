"""A population whose visits and responses are known."""

import dataclasses

import numpy as np

from tfmtl.datasets import synthetic
from tfmtl.datasets.synthetic.synthetic_audiences import SyntheticAudiences
from tfmtl.experiments.expansion_ab.simulation import Simulation

_SEEDS = (100, 250)


@dataclasses.dataclass(frozen=True, eq=False)
class World:
    """Users, past campaigns, and those of the experiment.

    Args:
        audiences: All campaigns; those of the experiment come last.
        visits: `(users,)`, the chance that a user comes by on a day.
        past: Places of the past campaigns.
        tested: Places of those of the experiment.
    """

    audiences: SyntheticAudiences
    visits: np.ndarray
    past: range
    tested: range

    @property
    def chances(self) -> np.ndarray:
        """`(tested, users)`, the true chance that an exposure converts."""
        return self.audiences.probabilities[self.tested.start :]

    def eligible(self) -> np.ndarray:
        """`(tested, users)`, whether a user is no seed of the campaign."""
        result = np.ones(self.chances.shape, bool)
        for row, campaign in enumerate(self.tested):
            result[row, self.audiences.seeds[campaign]] = False
        return result


def make_world(simulation: Simulation) -> World:
    """Makes a population.

    How often a user comes by depends on the age band, and so has to do with
    what the user responds to: that is what tells the two definitions of CVR
    apart.

    Args:
        simulation: The sizes.
    """
    past, tested = simulation.past_campaigns, simulation.campaigns
    audiences = synthetic.lookalike(
        simulation.users, past + tested, seed=simulation.seed, seeds=_SEEDS
    )
    draw = np.random.default_rng([simulation.seed, 7])
    bands = audiences.users["age_band"]
    logit = 0.8 * draw.standard_normal(bands.max() + 1)[bands]
    logit += 0.8 * draw.standard_normal(simulation.users) - 0.5
    return World(
        audiences,
        1 / (1 + np.exp(-logit)),
        range(past),
        range(past, past + tested),
    )
