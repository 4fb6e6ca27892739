"""Makes up advertisers in scenarios that each carry on in their own way."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from tfmtl.datasets.synthetic.synthetic_scenarios import SyntheticScenarios
from tfmtl.tasks import CountTask

INDUSTRIES, SIZES = 12, 4
_GROUPS = {"industry": INDUSTRIES, "size": SIZES}
_ATTRIBUTES = ("channel", "placement")
# The least and the most channels, and as many placements.
_FEW, _MANY = 3, 5
# Below 1, so that no direction goes on for ever.
_REACH = 0.95


def scenarios(
    advertisers: int = 2000,
    days: int = 120,
    *,
    shares: Sequence[float] = (1.0, 0.8, 0.6, 0.4, 0.04),
    new_share: float = 0.3,
    num_tasks: int = 3,
    spread: float = 0.7,
    daily: float = 5.0,
    seed: int = 0,
) -> SyntheticScenarios:
    """Makes daily counts whose future follows from the past by scenario.

    The counts of an advertiser in a scenario are Poisson, with a rate that
    changes from week to week; for each task

        rate(day) = exp(level + state(week of day))

    The states of all tasks together, a vector, go on as is planted for the
    scenario:

        state(w + 1) = carry @ state(w) + fresh @ shock
        carry        = 0.95 * (turn[channel] + turn[placement]) / 2
        fresh @ fresh.T = spread ** 2 * (identity - carry @ carry.T)

    Each channel and each placement turns the space of the tasks in a way of
    its own, by a random orthogonal matrix; a scenario goes halfway between
    the two. So every task's next week depends on the last one of all tasks,
    otherwise in every scenario. Shocks are standard normal; states are normal
    with mean 0 and covariance `spread ** 2 * identity` in every week and
    scenario, so that the states alone do not tell the scenarios apart.
    `level` is a sum of what the advertiser's `industry` and `size` and the
    scenario's channel and placement add, each alone and one of the former
    with one of the latter. So all that a scenario does follows from its
    attributes.

    Scenarios are numbered from 1. A share of the advertisers is active in
    each: those below 10 % are minor. The last one is new: it has no fact in
    the first three quarters of the days. Every scenario combines channel and
    placement in a way of its own; from six scenarios on, the new one has
    those that others have, and from others it can be told.

    Args:
        advertisers: Number of advertisers.
        days: Number of days.
        shares: Share of the advertisers that is active, for each scenario
            but the new one; 1 to 24 of them.
        new_share: The same for the new scenario; 0 for none.
        num_tasks: Number of `CountTask`s, named `count_1` and so on.
        spread: Standard deviation of the states.
        daily: Typical daily count, about which levels lie.
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
    _check(advertisers, days, shares, new_share, num_tasks, spread, daily)
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
    level = np.log(daily) + _levels(
        world, table, profiles.iloc[advertiser], scenario, num_tasks
    )
    states = _states(draw, carry, scenario, spread, (days + 6) // 7)
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
    # By diagonals of a table of both: 1 1, 2 2, 3 3, 1 2, 2 3, 3 1, 1 3 ...
    side = max(_FEW, math.ceil(math.sqrt(len(table))))
    diagonal, channel = np.divmod(np.arange(len(table)), side)
    table["channel"] = channel + 1
    table["placement"] = (channel + diagonal) % side + 1
    table.insert(0, "scenario", np.arange(1, len(table) + 1))
    return table if new_share else table.iloc[:-1]


def _carry(
    world: np.random.Generator, table: pd.DataFrame, num_tasks: int
) -> np.ndarray:
    """`(scenarios, tasks, tasks)`: what a week's states make of the next's."""
    # With the signs set so, all turns are as likely (Haar's measure).
    square = (len(_ATTRIBUTES), _MANY, num_tasks, num_tasks)
    turns, triangle = np.linalg.qr(world.standard_normal(square))
    turns *= np.sign(np.diagonal(triangle, axis1=-2, axis2=-1))[..., None, :]
    each = [
        turn[table[name] - 1]
        for name, turn in zip(_ATTRIBUTES, turns, strict=True)
    ]
    return _REACH * np.mean(each, axis=0)


def _levels(
    world: np.random.Generator,
    table: pd.DataFrame,
    profiles: pd.DataFrame,
    scenario: np.ndarray,
    num_tasks: int,
) -> np.ndarray:
    """`(pairs, tasks)`: the logarithm of the typical count, about 0."""
    level = np.zeros((len(scenario), num_tasks))
    for name, number in _GROUPS.items():
        alone = world.standard_normal((number + 1, num_tasks))
        level += 0.3 * alone[profiles[name]]
    for attribute in _ATTRIBUTES:
        value = table[attribute].to_numpy()[scenario] - 1
        level += 0.14 * world.standard_normal((_MANY, num_tasks))[value]
        for name, number in _GROUPS.items():
            together = world.standard_normal((_MANY, number + 1, num_tasks))
            level += 0.1 * together[value, profiles[name]]
    return level


def _states(
    draw: np.random.Generator,
    carry: np.ndarray,
    scenario: np.ndarray,
    spread: float,
    weeks: int,
) -> np.ndarray:
    """`(pairs, weeks, tasks)`, from its long-run distribution onwards."""
    num_tasks = carry.shape[-1]
    rest = np.eye(num_tasks) - carry @ carry.transpose(0, 2, 1)
    fresh = np.linalg.cholesky(rest)[scenario]
    carry = carry[scenario]
    shape = (len(scenario), weeks, num_tasks)
    states = spread * draw.standard_normal(shape)
    for week in range(1, weeks):
        states[:, week] = _times(carry, states[:, week - 1]) + _times(
            fresh, states[:, week]
        )
    return states


def _times(matrices: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    return (matrices @ vectors[..., np.newaxis])[..., 0]


def _check(
    advertisers: int,
    days: int,
    shares: Sequence[float],
    new_share: float,
    num_tasks: int,
    spread: float,
    daily: float,
) -> None:
    sizes = min(advertisers, num_tasks) >= 1 and days >= 28
    if not sizes or spread < 0 or not daily > 0:
        raise ValueError(
            "There should be at least one advertiser, one task and 28 days, "
            "`spread` should not be negative, and `daily` positive. Received: "
            f"advertisers={advertisers}, num_tasks={num_tasks}, days={days}, "
            f"spread={spread}, daily={daily}."
        )
    fit = all(0 < share <= 1 for share in shares) and 0 <= new_share <= 1
    if not 1 <= len(shares) < _MANY**2 or not fit:
        raise ValueError(
            f"`shares` should be 1 to {_MANY**2 - 1} numbers in (0, 1], and "
            f"`new_share` in [0, 1]. Received: shares={tuple(shares)}, "
            f"new_share={new_share}."
        )
