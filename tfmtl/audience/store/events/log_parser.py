"""How a log of events is to be read."""

import dataclasses
import datetime
import os
from collections.abc import Iterator
from pathlib import Path

from tfmtl.audience.store.events.event_columns import EventColumns
from tfmtl.audience.store.events.json_lines import json_parts
from tfmtl.audience.store.events.parquet_parts import parquet_parts
from tfmtl.audience.store.events.part import Part
from tfmtl.datasets.checks import TableError

_ZERO = datetime.timedelta(0)
_CENTURY = datetime.timedelta(days=36525)


@dataclasses.dataclass(frozen=True)
class LogParser:
    """Reads exposures and conversions from JSON lines or Parquet.

    An exposure is labelled 1 if its user converts within the window after
    it. It is labelled 0 once the window is over by the watermark: the latest
    time that the logs have told of, less the lateness. A conversion that
    comes later still makes it a 1.

    Args:
        columns: What the columns are called.
        exposure: What says that a user was shown the campaign.
        conversion: What says that a user did what the campaign is for.
        ignored: What says that something else happened.
        window: How long after an exposure a conversion counts as its result.
            It holds for the exposures of the logs that are read with it.
        lateness: How much later than others an event may be logged.

    Raises:
        ValueError: If the window is not positive, the lateness is negative,
            one is of more than a century, or two kinds have one name.

    Example:

    >>> import datetime
    >>> columns = tfmtl.audience.EventColumns(user="uid")
    >>> parser = tfmtl.audience.LogParser(
    ...     columns, exposure="shown", window=datetime.timedelta(days=3))
    """

    columns: EventColumns = EventColumns()
    exposure: str = "exposure"
    conversion: str = "conversion"
    ignored: tuple[str, ...] = ("click",)
    window: datetime.timedelta = datetime.timedelta(days=7)
    lateness: datetime.timedelta = datetime.timedelta(hours=1)

    def __post_init__(self) -> None:
        is_positive = self.window > _ZERO and self.lateness >= _ZERO
        if not is_positive or max(self.window, self.lateness) > _CENTURY:
            raise ValueError(
                "`window` should be positive, `lateness` not negative, and "
                "none of more than a century. "
                f"Received: window={self.window}, lateness={self.lateness}."
            )
        kinds = [self.exposure, self.conversion, *self.ignored]
        if len(set(kinds)) < len(kinds):
            raise ValueError(
                "Every kind of event should have a name of its own. "
                f"Received: {kinds}."
            )

    def parts(self, path: str | os.PathLike[str]) -> Iterator[Part]:
        """Reads a log part by part, as much as fits into memory.

        Args:
            path: A file of JSON lines, perhaps compressed by gzip, or of
                Parquet.

        Raises:
            TableError: If it is another file, or has other columns.
        """
        names = Path(path).name.lower().removesuffix(".gz")
        if names.endswith((".jsonl", ".ndjson", ".json")):
            return json_parts(path, self.columns)
        if Path(path).suffix.lower() == ".parquet":
            return parquet_parts(path, self.columns)
        raise TableError.of(
            path,
            "A log should be a file of JSON lines or Parquet.",
            "Name it so that it ends in .jsonl, .jsonl.gz or .parquet.",
            suffix=Path(path).suffix,
        )
