"""Counts the runs that were finished."""

import os
from pathlib import Path

from tfmtl.files import write_text


class RunNumber:
    """The number of the run that is going on, kept in a file.

    A run that was killed keeps its number when it is started again, and so
    finds its finished steps in the cache; only `complete` moves on.

    Args:
        path: File that holds the number of finished runs.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)

    @property
    def current(self) -> int:
        """Number of this run, from 1.

        Raises:
            ValueError: If the file holds something else.
        """
        if not self._path.exists():
            return 1
        text = self._path.read_text("utf-8")
        if not text.strip().isdecimal():
            raise ValueError(
                f"{self._path} should hold the number of finished runs; "
                f"delete it to start from 1. Received: {text!r}."
            )
        return int(text) + 1

    def complete(self) -> None:
        """Notes that this run is finished."""
        write_text(self._path, f"{self.current}\n")
