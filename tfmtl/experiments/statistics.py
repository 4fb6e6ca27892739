"""Means, deviations, and whether a difference is more than chance."""

import dataclasses
import statistics
import warnings
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

Test = Callable[[Sequence[float], Sequence[float]], float]
_LOWER_IS_BETTER = (
    "log_loss",
    "calibration_error",
    "mae",
    "nmae",
    "rmse",
    "smape",
    "smape_raw",
)


@dataclasses.dataclass(frozen=True)
class Comparison:
    """One model held against the best baseline, in one column.

    Args:
        baseline: The best baseline of the column.
        difference: Mean of the model less that of the baseline.
        gain: The difference, positive where the model is better.
        improvement: The gain over the baseline's mean; NaN if that is 0.
        p: Chance of a difference as great, were there none.
    """

    baseline: str
    difference: float
    gain: float
    improvement: float
    p: float

    @property
    def stars(self) -> str:
        """Marks where it is better: `*` for p < 0.05, `**` for p < 0.005.

        Where it is worse, as many daggers.
        """
        mark = "*" if self.gain > 0 else "†"
        return mark * ((self.p < 0.05) + (self.p < 0.005))


def mean_and_deviation(values: Sequence[float]) -> tuple[float, float]:
    """Returns the mean and the standard deviation (n - 1).

    Args:
        values: Two or more.

    Example:

    >>> mean_and_deviation([1.0, 2.0, 3.0])
    (2.0, 1.0)
    """
    return statistics.fmean(values), statistics.stdev(values)


def paired_difference(
    ours: Sequence[float], theirs: Sequence[float]
) -> tuple[float, float]:
    """Returns the mean of the differences, and its standard error.

    Args:
        ours: Values of one model, one a seed, two or more.
        theirs: Values of another, in the order of the same seeds.

    Example:

    >>> paired_difference([1.0, 4.0], [1.0, 2.0])
    (1.0, 1.0)
    """
    gaps = [a - b for a, b in zip(ours, theirs, strict=True)]
    mean, deviation = mean_and_deviation(gaps)
    return mean, deviation / len(gaps) ** 0.5


def paired_p(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Returns the two-sided p of a paired t-test over the seeds.

    Equal values give 1. A difference that is the same for all seeds, and not
    0, gives 0.

    Args:
        ours: Values of one model, one a seed.
        theirs: Values of another, in the order of the same seeds.
    """
    differences = {a - b for a, b in zip(ours, theirs, strict=True)}
    if len(differences) == 1:
        return 1.0 if differences == {0.0} else 0.0
    with warnings.catch_warnings():
        # Values that are nearly equal lose digits, which changes no star.
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(_stats().ttest_rel(ours, theirs).pvalue)


def welch_p(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Returns the two-sided p of Welch's t-test, which pairs no seeds.

    Args:
        ours: Values of one model.
        theirs: Values of another.
    """
    if len({*ours}) == len({*theirs}) == 1:
        return 1.0 if ours[0] == theirs[0] else 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        result = _stats().ttest_ind(ours, theirs, equal_var=False)
    return float(result.pvalue)


def lower_is_better(column: str) -> bool:
    """Tells whether less is better, as of losses and errors.

    Args:
        column: Name of a metric, `{task}_{metric}`.
    """
    return column.endswith(_LOWER_IS_BETTER)


def best_baseline(
    values: Mapping[str, Sequence[float]],
    baselines: Sequence[str],
    column: str,
) -> str:
    """Returns the baseline with the best mean in a column.

    Args:
        values: Values of the column by model, one a seed.
        baselines: Names of the baselines; of equals, the first is taken.
        column: Name of the metric.
    """
    sign = -1 if lower_is_better(column) else 1
    return max(
        baselines, key=lambda name: sign * statistics.fmean(values[name])
    )


def compare(
    model: str,
    values: Mapping[str, Sequence[float]],
    baselines: Sequence[str],
    column: str,
    test: Test = paired_p,
) -> Comparison:
    """Holds a model against the best baseline of a column.

    Args:
        model: Name of the model.
        values: Values of the column by model, in the order of the seeds.
        baselines: Names of the baselines.
        column: Name of the metric.
        test: Returns the p of two lists of values.

    Example:

    >>> values = {"A": [0.5, 0.7], "B": [0.6, 0.9]}
    >>> round(compare("B", values, ["A"], "buy_auc").improvement, 3)
    0.25
    """
    best = best_baseline(values, baselines, column)
    ours = statistics.fmean(values[model])
    theirs = statistics.fmean(values[best])
    gain = theirs - ours if lower_is_better(column) else ours - theirs
    return Comparison(
        best,
        difference=ours - theirs,
        gain=gain,
        improvement=gain / abs(theirs) if theirs else float("nan"),
        p=test(values[model], values[best]),
    )


def _stats() -> Any:
    try:
        from scipy import stats
    except ImportError as error:
        raise ImportError(
            "Tests of significance need SciPy, which comes with "
            'scikit-learn: `pip install "tfmtl[experiments]"`.'
        ) from error
    return stats
