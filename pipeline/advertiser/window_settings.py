"""Which windows of the facts are cut."""

import dataclasses
import datetime
import json
from collections.abc import Sequence

import numpy as np

from pipeline.components.parquet_checks import check_names
from pipeline.components.parquet_checks import open_parquet
from tfmtl.datasets.windows import TimeSplit
from tfmtl.datasets.windows import WindowSpec
from tfmtl.datasets.windows.check_facts import check_days
from tfmtl.datasets.windows.cut import check_ahead
from tfmtl.datasets.windows.time_split import SPLITS
from tfmtl.datasets.windows.window_spec import DAY


@dataclasses.dataclass(frozen=True)
class WindowSettings:
    """Days and anchors; plain values, as TFX wants them.

    Args:
        last_day: Last day of the facts, YYYY-MM-DD; later ones are refused.
            "" for the last one that they have and that is not in the future.
        step: Days between anchors.
        gap: Days between the last label of a set and the next set.
        anchors: JSON with a list of anchors for `train`, `dev` and `eval`;
            "" for a split 8:1:1.
        bucket_rows: About so many facts are in memory at once.

    Raises:
        ValueError: If a number is too small, or a date does not parse.
    """

    last_day: str = ""
    step: int = 7
    gap: int = 7
    anchors: str = ""
    bucket_rows: int = 100_000

    def __post_init__(self) -> None:
        for name, least in (("step", 1), ("gap", 0), ("bucket_rows", 1)):
            if getattr(self, name) < least:
                raise ValueError(
                    f"`{name}` should be {least} or more. "
                    f"Received: {name}={getattr(self, name)!r}."
                )
        if self.last_day:
            _day(self.last_day, "last_day")

    def split(self, files: Sequence[str], spec: WindowSpec) -> TimeSplit:
        """Returns the anchors of each set.

        Args:
            files: Parquet files of the facts.
            spec: What is cut out.

        Raises:
            ValueError: If a file cannot be read, there are too few days, or
                labels cross the split or end after the last day of the facts.
        """
        if self.anchors:
            split = TimeSplit(spec, **self._sets(), gap=self.gap)
            check_ahead(split.sets["eval"][-1], spec, self.last_known(files))
            return split
        return TimeSplit.of(
            spec,
            _span(files)[0],
            self.last_known(files),
            step=self.step,
            gap=self.gap,
        )

    def _sets(self) -> dict[str, list[np.datetime64]]:
        try:
            sets = json.loads(self.anchors)
        except json.JSONDecodeError as error:
            raise ValueError(
                f"`anchors` should be JSON; mend line {error.lineno}, column "
                f"{error.colno}. Received: {error.msg}."
            ) from error
        lists = isinstance(sets, dict) and all(
            isinstance(days, list) for days in sets.values()
        )
        if not lists or set(sets) != set(SPLITS):
            raise ValueError(
                "`anchors` should have a list of dates for each of "
                f"{SPLITS}. Received: {str(sets):.80}."
            )
        return {
            name: [_day(text, "anchors") for text in texts]
            for name, texts in sets.items()
        }

    def last_known(self, files: Sequence[str]) -> np.datetime64:
        """Returns the last day of the facts.

        Args:
            files: Parquet files of the facts.

        Raises:
            ValueError: If it has to be looked up, and a row has no date, or
                all are in the future.
        """
        if self.last_day:
            return _day(self.last_day, "last_day")
        return _span(files)[1]


def _day(text: str, source: str) -> np.datetime64:
    try:
        return np.datetime64(datetime.date.fromisoformat(text), "D")
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"Dates of {source} should be written as YYYY-MM-DD. "
            f"Received: {text!r}."
        ) from error


def _span(files: Sequence[str]) -> tuple[np.datetime64, np.datetime64]:
    """Returns the first and the last day that dates of the facts name."""
    today = np.datetime64(datetime.date.today(), "D")
    bounds = []
    for path in files:
        with open_parquet(path) as file:
            check_names(file, [DAY], path)
            first_row = 0
            for batch in file.iter_batches(columns=[DAY]):
                days = check_days(batch.to_pandas(), path, first_row)
                found = days.astype("datetime64[D]")
                found = found[found <= today]
                if len(found):
                    bounds.append((found.min(), found.max()))
                first_row += len(days)
    if not bounds:
        raise ValueError(
            "Column 'day' should hold dates that are not in the future. "
            f"Received: none in {list(files)}."
        )
    return min(b[0] for b in bounds), max(b[1] for b in bounds)
