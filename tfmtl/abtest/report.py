"""What came of an experiment, and what may be concluded."""

import dataclasses
import math
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import pandas as pd

from tfmtl.abtest.aa_result import unique_ids
from tfmtl.abtest.comparison import Method
from tfmtl.abtest.comparison import compare
from tfmtl.abtest.delta import delta_method
from tfmtl.abtest.effect import LEVEL
from tfmtl.abtest.effect import Effect
from tfmtl.abtest.metric import Metric
from tfmtl.abtest.sample_ratio import SampleRatio
from tfmtl.abtest.sample_ratio import sample_ratio_check
from tfmtl.datasets.checks.columns import require_columns
from tfmtl.estimate import Estimate


@dataclasses.dataclass(frozen=True)
class Report:
    """The effects of an experiment, and what may be concluded.

    Args:
        sample_ratio: Whether the arms have as many units as they should.
        effects: The effects, metric by metric.

    Example:

        report = analyse(units, [Mean("spend")], {"control": .5, "new": .5})
        print(report)
    """

    sample_ratio: SampleRatio
    effects: tuple[Effect, ...]

    @property
    def conclusions(self) -> tuple[str, ...]:
        """Sentences; if the sample ratio is broken, that nothing follows."""
        if not self.sample_ratio.holds:
            return (
                "No conclusion may be drawn: the arms do not have the numbers "
                "of units that their shares say. Look for what assigns or "
                "loses units in one arm and not in the other.",
            )
        found = [effect.conclusion for effect in self.effects]
        if len(found) > 1:
            found.append(
                f"Of {len(found)} comparisons without any difference, "
                f"{LEVEL * len(found):.2g} would be expected to show one."
            )
        return tuple(found)

    def frame(self) -> pd.DataFrame:
        """Returns the table that is printed: text, one row an effect."""
        return pd.DataFrame(
            [
                {
                    "metric": effect.metric,
                    "arm": effect.arm,
                    "control": f"{effect.control:.4g}",
                    "treatment": f"{effect.treatment:.4g}",
                    "difference": _text(effect.difference, "+.3g"),
                    "lift": _text(effect.lift, "+.1%"),
                    "p": f"{effect.p:.4f}",
                }
                for effect in self.effects
            ]
        )

    def to_dict(self) -> dict[str, Any]:
        """Returns all numbers as JSON takes them, None for what is unknown."""
        content: dict[str, Any] = _plain(dataclasses.asdict(self))
        content["sample_ratio"]["holds"] = self.sample_ratio.holds
        content["conclusions"] = list(self.conclusions)
        return content

    def __str__(self) -> str:
        return "\n".join(
            [
                f"Sample ratio: {self.sample_ratio}",
                self.frame().to_string(index=False),
                *self.conclusions,
            ]
        )


def analyse(
    units: pd.DataFrame,
    metrics: Sequence[Metric],
    shares: Mapping[str, float],
    *,
    arm: str = "arm",
    id_column: str = "user_id",
    method: Method = delta_method,
) -> Report:
    """Compares every arm of an experiment with the first one, the control.

    Args:
        units: One row for each unit that was assigned, whatever it did.
        metrics: What to compare.
        shares: Arm to its share, as for `assign`; the control comes first.
        arm: Column of the arm.
        id_column: Column of the ids that were assigned.
        method: As for `compare`.

    Raises:
        ValueError: If an id occurs twice, a column is missing, an arm is not
            one of `shares` or has fewer than two units, or there is no metric.

    Example:

    >>> halves = {"control": 0.5, "treatment": 0.5}
    >>> units = pd.DataFrame({"user_id": range(8), "spend": [1, 2, 1, 2] * 2})
    >>> units["arm"] = np.repeat(["control", "treatment"], 4)
    >>> metrics = [tfmtl.abtest.Mean("spend")]
    >>> tfmtl.abtest.analyse(units, metrics, halves).effects[0].lift.value
    0.0
    """
    require_columns(units, [arm], "the table of units")
    unique_ids(units, id_column)
    counts = units[arm].value_counts(dropna=False)
    unknown = [name for name in counts.index if name not in shares]
    if unknown or not metrics:
        raise ValueError(
            "Every unit should be in one of the arms, and there should be a "
            f"metric. Received: arms {unknown} not of {list(shares)}, "
            f"{len(metrics)} metrics."
        )
    counts = {name: int(counts.get(name, 0)) for name in shares}
    if min(counts.values()) < 2:
        raise ValueError(
            "Every arm should have two units or more; look for what loses "
            f"them. Received: counts={counts!r}."
        )
    control, *others = shares
    parts = {name: units[units[arm] == name] for name in shares}
    return Report(
        sample_ratio_check(counts, shares),
        tuple(
            compare(parts[control], parts[other], metric, method, other)
            for metric in metrics
            for other in others
        ),
    )


def _text(estimate: Estimate, spec: str) -> str:
    low, high = format(estimate.low, spec), format(estimate.high, spec)
    return f"{estimate.value:{spec}} [{low}, {high}]"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
