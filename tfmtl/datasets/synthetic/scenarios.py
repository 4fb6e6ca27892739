"""Makes up advertisers in scenarios that each carry on in their own way."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tfmtl.datasets.synthetic.synthetic_scenarios import SyntheticScenarios
from tfmtl.tasks import CountTask

INDUSTRIES, SIZES, CHANNELS, PLACEMENTS = 12, 4, 3, 3
# Of a task's shocks this share is common to all tasks.
_COMMON_SHOCK = 0.5
_GROUPS = ("industry", "size")
_ATTRIBUTES = {"channel": 1.2, "placement": 0.8}
_NUMBERS = {
    "industry": INDUSTRIES,
    "size": SIZES,
    "channel": CHANNELS,
    "placement": PLACEMENTS,
}
# Channel and placement, from 1, of the scenarios in order. Whatever is new
# combines what others have, so that its effects can be told beforehand.
_GRID = [(1, 1), (2, 2), (3, 3), (1, 2), (2, 3), (3, 1), (1, 3), (2, 1), (3, 2)]


def scenarios(
    advertisers: int = 2000,
    days: int = 120,
    *,
    shares: Sequence[float] = (1.0, 0.8, 0.6, 0.4, 0.04),
    new_share: float = 0.3,
    num_tasks: int = 3,
    spread: float = 0.7,
    seed: int = 0,
) -> SyntheticScenarios:
    """Makes daily counts whose future follows from the past by scenario.

    The counts of an advertiser in a scenario are Poisson, with a rate that
    changes from week to week; for each task

        rate(day) = exp(level + state(week of day))
        state(w + 1) = carry * state(w) + sqrt(1 - carry ** 2) * spread * shock

    `carry`, in (-0.9, 0.9), is planted: it depends on the task and on the
    attributes of the scenario, `channel` and `placement`, as a tanh of the
    sum of their effects. Where it is positive a good week is followed by a
    good one, where it is negative by a bad one: a model that treats all
    scenarios alike cannot know. `level` depends on the advertiser's
    `industry` and `size`, on the scenario and on what they have together.

    Scenarios are numbered from 1. A share of the advertisers is active in
    each: those below 10 % are minor. The last one is new: it has attributes
    that others have, in a combination of its own, and no fact in the first
    three quarters of the days.

    Args:
        advertisers: Number of advertisers.
        days: Number of days.
        shares: Share of the advertisers that is active, for each scenario
            but the new one.
        new_share: The same for the new scenario; 0 for none.
        num_tasks: Number of `CountTask`s, named `count_1` and so on.
        spread: Standard deviation of the states.
        seed: Int. The same seed gives the same data.

    Returns:
        A `SyntheticScenarios`.

    Raises:
        ValueError: If a size or a share is out of range.

    Example:

    >>> world = scenarios(advertisers=50, days=70, num_tasks=2)
    >>> world.scenarios["kind"].tolist()
    ['major', 'major', 'major', 'major', 'minor', 'new']
    """
    _check(advertisers, days, shares, new_share, num_tasks, spread)
    world, draw = map(
        np.random.default_rng, np.random.SeedSequence(seed).spawn(2)
    )
    table = _scenarios(shares, new_share, days)
    carry = _carry(world, table, num_tasks)
    profiles = pd.DataFrame(
        {
            "advertiser_id": np.arange(1, advertisers + 1),
            "industry": draw.integers(
                1, INDUSTRIES, advertisers, endpoint=True
            ),
            "size": draw.integers(1, SIZES, advertisers, endpoint=True),
        }
    )
    active = (
        draw.random((len(table), advertisers))
        < (table["share"].to_numpy()[:, np.newaxis])
    )
    scenario, advertiser = np.nonzero(active)
    level = _levels(world, profiles.iloc[advertiser], scenario, num_tasks)
    states = _states(draw, carry[scenario], spread, (days + 6) // 7)
    rates = np.exp(level[:, np.newaxis] + states)
    counts = draw.poisson(np.repeat(rates, 7, axis=1)[:, :days])
    first = table["first_day"].to_numpy()[scenario]
    counts[np.arange(days) < first[:, np.newaxis]] = 0
    pairs = pd.DataFrame(
        {"advertiser_id": advertiser + 1, "scenario": scenario + 1}
    )
    return SyntheticScenarios(
        tasks=[CountTask(f"count_{t}") for t in range(1, num_tasks + 1)],
        advertisers=profiles,
        scenarios=table.drop(columns="share"),
        pairs=pairs.assign(first_day=first),
        counts=counts.astype(np.int32),
        level=level,
        states=states,
        carry=carry,
        spread=spread,
    )


def _scenarios(
    shares: Sequence[float], new_share: float, days: int
) -> pd.DataFrame:
    table = pd.DataFrame({"share": [*shares, new_share]})
    table["kind"] = np.where(table["share"] < 0.1, "minor", "major")
    table["first_day"] = 0
    table.loc[len(shares), ["kind", "first_day"]] = "new", days * 3 // 4
    channel, placement = zip(*_GRID[: len(table)], strict=True)
    table["channel"], table["placement"] = channel, placement
    table.insert(0, "scenario", np.arange(1, len(table) + 1))
    return table if new_share else table.iloc[:-1]


def _carry(
    world: np.random.Generator, table: pd.DataFrame, num_tasks: int
) -> np.ndarray:
    """`(scenarios, tasks)`: how much of a week's state the next one keeps."""
    total = np.zeros((len(table), num_tasks))
    for name, reach in _ATTRIBUTES.items():
        # Evenly spread, so that no seed makes all scenarios alike.
        even = np.linspace(-reach, reach, _NUMBERS[name])
        for task in range(num_tasks):
            effects = world.permutation(even)
            total[:, task] += effects[table[name] - 1]
    return 0.9 * np.tanh(total)


def _levels(
    world: np.random.Generator,
    profiles: pd.DataFrame,
    scenario: np.ndarray,
    num_tasks: int,
) -> np.ndarray:
    """`(pairs, tasks)`: the logarithm of the typical daily count."""
    level = np.log(2.0) + 0.3 * world.standard_normal((len(_GRID), num_tasks))
    level = level[scenario]
    for name in _GROUPS:
        shape = (_NUMBERS[name] + 1, num_tasks)
        level += 0.4 * world.standard_normal(shape)[profiles[name]]
        together = world.standard_normal((len(_GRID), *shape))
        level += 0.2 * together[scenario, profiles[name]]
    return level


def _states(
    draw: np.random.Generator, carry: np.ndarray, spread: float, weeks: int
) -> np.ndarray:
    """`(pairs, weeks, tasks)`, from its long-run distribution onwards."""
    pairs, num_tasks = carry.shape
    common = draw.standard_normal((pairs, weeks, 1))
    alone = draw.standard_normal((pairs, weeks, num_tasks))
    shocks = np.sqrt(_COMMON_SHOCK) * common
    shocks = spread * (shocks + np.sqrt(1 - _COMMON_SHOCK) * alone)
    states = shocks.copy()
    for week in range(1, weeks):
        fresh = np.sqrt(1 - carry**2) * shocks[:, week]
        states[:, week] = carry * states[:, week - 1] + fresh
    return states


def _check(
    advertisers: int,
    days: int,
    shares: Sequence[float],
    new_share: float,
    num_tasks: int,
    spread: float,
) -> None:
    if min(advertisers, num_tasks) < 1 or days < 28 or spread < 0:
        raise ValueError(
            "There should be at least one advertiser, one task and 28 days, "
            "and `spread` should not be negative. Received: "
            f"advertisers={advertisers}, num_tasks={num_tasks}, days={days}, "
            f"spread={spread}."
        )
    fit = all(0 < share <= 1 for share in shares) and 0 <= new_share <= 1
    if not 1 <= len(shares) < len(_GRID) or not fit:
        raise ValueError(
            f"`shares` should be 1 to {len(_GRID) - 1} numbers in (0, 1], and "
            f"`new_share` in [0, 1]. Received: shares={tuple(shares)}, "
            f"new_share={new_share}."
        )
