"""The whole experiment, from the population to the analysis."""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from tfmtl import abtest
from tfmtl.experiments.expansion_ab import arms as ab
from tfmtl.experiments.expansion_ab import choosers
from tfmtl.experiments.expansion_ab.delivery import choose
from tfmtl.experiments.expansion_ab.delivery import deliver
from tfmtl.experiments.expansion_ab.simulation import Simulation
from tfmtl.experiments.expansion_ab.world import World
from tfmtl.experiments.expansion_ab.world import make_world

Keep = Callable[[str, Callable[[], np.ndarray]], np.ndarray]
CONTROLS = (choosers.ONE_STAGE, choosers.PRE_TRAINED)
_REPEATED_AA = 1000


def num_steps(simulation: Simulation) -> int:
    """Returns how many steps `simulate` tells of.

    Args:
        simulation: The sizes.
    """
    # A general model and the campaigns each; then the population, the test
    # without a difference, and the experiments.
    return len(choosers.NAMES) * (simulation.campaigns + 1) + len(CONTROLS) + 2


def simulate(
    simulation: Simulation,
    on_step: Callable[[str], None] = lambda text: None,
    keep: Keep = lambda name, make: make(),
) -> dict[str, Any]:
    """Runs MetaHeac against an MLP of one stage, and a pre-trained one.

    The users are divided into two arms by hash. For every campaign each arm's
    model chooses as many users of its own arm. They are shown the campaign
    for some days, and convert with the chances of the planted population.
    What is found is set beside what is true.

    Args:
        simulation: The sizes.
        on_step: Told what comes next.
        keep: Returns the scores of a model, made by a function if they are
            not kept from before, such as a `ScoresFolder`.

    Returns:
        Numbers by name, as JSON takes them.

    Reference:
        [Zhu et al., 2021](https://arxiv.org/abs/2105.14688), sec. 5.5.
    """
    on_step("population")
    world = make_world(simulation)
    scores = {
        name: keep(
            name,
            functools.partial(
                choosers.rank_users, name, world, simulation.seed, on_step
            ),
        )
        for name in choosers.NAMES
    }
    on_step("AA test")
    result: dict[str, Any] = {
        "simulation": dataclasses.asdict(simulation),
        "aa": _aa(world, simulation, scores[choosers.ONE_STAGE]),
        "experiments": [],
    }
    for control in CONTROLS:
        on_step(f"{choosers.METAHEAC} against {control}")
        experiment = ab.Arms(
            world, simulation, scores[control], scores[choosers.METAHEAC]
        )
        result["experiments"].append(_run(experiment, control))
    return result


def _run(experiment: ab.Arms, control: str) -> dict[str, Any]:
    simulation = experiment.simulation
    name = f"expansion {simulation.seed}: {control}"
    arms = experiment.assign(name)
    delivery = experiment.run(arms, [simulation.seed, 0])
    drawn = ab.analyse(delivery, arms, method=abtest.Bootstrap())
    equal = ab.at_equal_impressions(delivery, arms, simulation.seed)
    return {
        "control": control,
        "treatment": choosers.METAHEAC,
        "report": ab.analyse(delivery, arms).to_dict(),
        "bootstrap": drawn.to_dict()["effects"],
        "equal_impressions": {
            **equal,
            "effect": dataclasses.asdict(equal["effect"]),
        },
        "truth": experiment.truth(),
        "campaigns": [
            {
                "report": ab.analyse(delivery, arms, each).to_dict(),
                "truth": experiment.truth(each),
            }
            for each in range(simulation.campaigns)
        ],
        "days": [
            ab.analyse(delivery, arms, day=day).to_dict()["effects"]
            for day in range(simulation.days)
        ],
        "coverage": ab.coverage(experiment, name),
    }


def _aa(
    world: World, simulation: Simulation, scores: np.ndarray
) -> dict[str, Any]:
    """Runs the experiment with one model in both arms, and assigns again."""
    same = ab.Arms(world, simulation, scores, scores)
    arms = same.assign(f"expansion {simulation.seed}: AA")
    report = ab.analyse(same.run(arms, [simulation.seed, 2]), arms)
    everyone = np.ones(len(arms), bool)
    chosen = choose(scores, world.eligible(), everyone, 2 * simulation.size)
    past = deliver(world, chosen, simulation.days, [simulation.seed, 3])
    units = past.units(arms)
    repeated = [
        abtest.aa_test(
            units[units["selected"] > 0], metric, repeats=_REPEATED_AA
        )
        for metric in ab.METRICS.values()
    ]
    return {
        "report": report.to_dict(),
        "repeated": [
            {
                "metric": each.metric,
                "repeats": _REPEATED_AA,
                "share_shown": each.share_shown,
                "uniformity": each.uniformity,
                "holds": each.holds,
            }
            for each in repeated
        ],
    }
