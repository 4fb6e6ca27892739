"""An experiment of two models, analysed beside the truth."""

import dataclasses
from typing import Any

import numpy as np

from tfmtl import abtest
from tfmtl.experiments.expansion_ab.delivery import Delivery
from tfmtl.experiments.expansion_ab.delivery import choose
from tfmtl.experiments.expansion_ab.delivery import deliver
from tfmtl.experiments.expansion_ab.simulation import Simulation
from tfmtl.experiments.expansion_ab.truth import true_values
from tfmtl.experiments.expansion_ab.world import World

HALVES = {"control": 0.5, "treatment": 0.5}
METRICS = {
    "exposures": abtest.RatioOfSums(
        "exposures", "selected", "exposures per user chosen"
    ),
    "conversions": abtest.RatioOfSums(
        "conversions", "selected", "conversions per user chosen"
    ),
    "cvr": abtest.RatioOfSums("conversions", "exposures", "CVR, ratio of sums"),
    "mean_cvr": abtest.MeanOfRatios(
        "conversions", "exposures", "CVR, mean of ratios"
    ),
}


@dataclasses.dataclass(frozen=True, eq=False)
class Arms:
    """Two models that choose users of one population.

    Args:
        world: The population.
        simulation: The sizes.
        control: `(campaigns, users)`, scores of the control's model.
        treatment: The same of the treatment's.
    """

    world: World
    simulation: Simulation
    control: np.ndarray
    treatment: np.ndarray

    def assign(self, name: str) -> np.ndarray:
        """Returns the arm of each user, by hash.

        Args:
            name: Name of the experiment.
        """
        users = np.arange(len(self.world.visits))
        return abtest.assign(users, name, HALVES)

    def run(self, arms: np.ndarray, seed: int | list[int]) -> Delivery:
        """Lets both models choose from their users, and shows the campaigns.

        Args:
            arms: `(users,)`, the arm of each user.
            seed: Seed of visits and luck.
        """
        eligible, size = self.world.eligible(), self.simulation.size
        chosen = choose(self.control, eligible, arms == "control", size)
        chosen |= choose(self.treatment, eligible, arms == "treatment", size)
        return deliver(self.world, chosen, self.simulation.days, seed)

    def truth(self, campaign: int | None = None) -> dict[str, dict[str, float]]:
        """Returns the true values of both arms, and the true lift.

        They are those of the best users of the whole population, twice as
        many as an arm chooses from its half.

        Args:
            campaign: Which campaign; all by default.
        """
        everyone = np.ones(len(self.world.visits), bool)
        eligible, size = self.world.eligible(), 2 * self.simulation.size
        control, treatment = (
            choose(scores, eligible, everyone, size)
            for scores in (self.control, self.treatment)
        )
        if campaign is not None:
            others = np.arange(len(control)) != campaign
            control[others] = treatment[others] = False
        days = self.simulation.days
        before = true_values(self.world, control, days)
        after = true_values(self.world, treatment, days)
        return {
            name: {
                "control": before[name],
                "treatment": after[name],
                "lift": after[name] / before[name] - 1,
            }
            for name in METRICS
        }


def analyse(
    delivery: Delivery,
    arms: np.ndarray,
    campaign: int | None = None,
    day: int | None = None,
    method: Any = abtest.delta_method,
) -> abtest.Report:
    """Analyses an experiment as one would without knowing the truth.

    Args:
        delivery: What happened.
        arms: `(users,)`, the arm of each user.
        campaign: Which campaign; all by default.
        day: Which day; all by default.
        method: `tfmtl.abtest.delta_method` or a `Bootstrap`.
    """
    units = delivery.units(arms, campaign, day)
    metrics = list(METRICS.values())
    return abtest.analyse(units, metrics, HALVES, method=method)


def at_equal_impressions(
    delivery: Delivery, arms: np.ndarray, seed: int
) -> dict[str, Any]:
    """Compares as many exposures of one arm as of the other.

    Args:
        delivery: What happened.
        arms: `(users,)`, the arm of each user.
        seed: Draws the exposures that are kept.

    Returns:
        `impressions` of each arm, `conversions` by arm, and the `effect` on
        conversions per impression.
    """
    shown = abtest.equalise(delivery.impressions(arms), seed=seed)
    users = shown.groupby(["arm", "user_id"], as_index=False).agg(
        exposures=("converted", "size"), conversions=("converted", "sum")
    )
    control, treatment = (users[users["arm"] == arm] for arm in HALVES)
    metric = abtest.RatioOfSums(
        "conversions", "exposures", "conversions at equal impressions"
    )
    return {
        "impressions": len(shown) // 2,
        "conversions": {
            arm: int(part["conversions"].sum())
            for arm, part in zip(HALVES, (control, treatment), strict=True)
        },
        "effect": abtest.compare(control, treatment, metric),
    }


def coverage(experiment: Arms, name: str) -> dict[str, float]:
    """Repeats an experiment, and returns how often intervals hold the truth.

    Args:
        experiment: The models.
        name: Name from which those of the repetitions are made.

    Returns:
        Name of the metric to the share of 95 % intervals of the lift.
    """
    truth = experiment.truth()
    repeats, seed = experiment.simulation.repeats, experiment.simulation.seed
    held = dict.fromkeys(METRICS, 0)
    for number in range(repeats):
        arms = experiment.assign(f"{name} {number}")
        units = experiment.run(arms, [seed, 1, number]).units(arms)
        control, treatment = (units[arms == arm] for arm in HALVES)
        for key, metric in METRICS.items():
            lift = abtest.compare(control, treatment, metric).lift
            held[key] += truth[key]["lift"] in lift
    return {key: count / repeats for key, count in held.items()}
