"""Whether an experiment in which nothing differs finds nothing."""

import dataclasses

import numpy as np
import pandas as pd
from scipy import stats

from tfmtl.abtest import normal
from tfmtl.abtest.assignment import assign
from tfmtl.abtest.effect import LEVEL
from tfmtl.abtest.metric import Metric
from tfmtl.abtest.moments import Moments
from tfmtl.abtest.moments import columns_of
from tfmtl.abtest.moments import compared
from tfmtl.datasets.checks.columns import require_columns
from tfmtl.layers.sizes import check_sizes

_HALVES = {"control": 0.5, "treatment": 0.5}
_DOUBT = 0.001


@dataclasses.dataclass(frozen=True, eq=False)
class AAResult:
    """The p of many experiments in which both arms were treated alike.

    Args:
        metric: What was compared.
        p_values: `(repeats,)`, one an experiment.

    Example:

        result = aa_test(history, RatioOfSums("bought", "shown"))
        print(result)
    """

    metric: str
    p_values: np.ndarray

    @property
    def share_shown(self) -> float:
        """Share of the experiments with p < 0.05; 0.05 is right."""
        return float((self.p_values < LEVEL).mean())

    @property
    def uniformity(self) -> float:
        """The p of the test that p is uniform (Kolmogorov-Smirnov)."""
        return float(stats.kstest(self.p_values, "uniform").pvalue)

    @property
    def holds(self) -> bool:
        """Whether neither number is further off than chance would have it."""
        shown = int((self.p_values < LEVEL).sum())
        share = stats.binomtest(shown, len(self.p_values), LEVEL)
        return bool(min(share.pvalue, self.uniformity) >= _DOUBT)

    def __str__(self) -> str:
        return (
            f"{self.metric}: {'holds' if self.holds else 'BROKEN'} "
            f"({self.share_shown:.1%} of {len(self.p_values):,} experiments "
            f"without a difference have p < {LEVEL}; their p are uniform with "
            f"p = {self.uniformity:.3f})"
        )


def aa_test(
    units: pd.DataFrame,
    metric: Metric,
    *,
    id_column: str = "user_id",
    experiment: str = "aa",
    repeats: int = 1000,
) -> AAResult:
    """Assigns past units to two arms again and again, and compares these.

    Assignment and analysis are those of the experiment to come, by
    `delta_method`; there is no difference to find. If too many are found, the
    analysis is wrong: units that are not what was assigned, say, or a few
    that outweigh all others.

    Args:
        units: One row a unit, of a time when all were treated alike.
        metric: What is to be compared.
        id_column: Column of the ids that are assigned.
        experiment: Name from which those of the experiments are made.
        repeats: How many.

    Raises:
        ValueError: If an id occurs twice, a column is missing, or there are
            too few units.

    Example:

    >>> draw = np.random.default_rng(0)
    >>> past = pd.DataFrame({"user_id": range(400), "spend": draw.random(400)})
    >>> result = tfmtl.abtest.aa_test(past, tfmtl.abtest.Mean("spend"))
    >>> result.holds, result.share_shown
    (True, 0.058)
    """
    check_sizes(repeats=repeats)
    parts = metric.parts(units)
    ids = unique_ids(units, id_column)
    columns = columns_of(parts)
    total = columns.sum(axis=0)
    treated = np.stack(
        [
            (assign(ids, f"{experiment} {n}", _HALVES) == "treatment") @ columns
            for n in range(repeats)
        ]
    )
    before, after, degrees = compared(
        Moments(*(total - treated).T), Moments(*treated.T)
    )
    p_values = normal.p_of(after[0] - before[0], before[1] + after[1], degrees)
    return AAResult(metric.label, p_values)


def unique_ids(units: pd.DataFrame, id_column: str) -> np.ndarray:
    """Returns the ids of the units.

    Args:
        units: One row a unit.
        id_column: Column of the ids.

    Raises:
        ValueError: If there is no such column, or an id occurs twice.
    """
    require_columns(units, [id_column], "the table of units")
    is_again = units[id_column].duplicated()
    if is_again.any():
        raise ValueError(
            "Every unit should have one row; add up those of an id. "
            f"Received: {int(is_again.sum())} repeated, first "
            f"{units[id_column][is_again].tolist()[0]!r}."
        )
    return units[id_column].to_numpy()
