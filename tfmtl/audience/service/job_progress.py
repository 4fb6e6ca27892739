"""How far a job of the queue has come, for other processes to see."""

import dataclasses
import json
import time
from pathlib import Path

from tfmtl.audience.service.step import Step
from tfmtl.files import write_text

_PAUSE = 0.3


@dataclasses.dataclass(frozen=True)
class JobProgress:
    """The latest sign of life of a job.

    Args:
        step: What was being done.
        started: When the worker began, seconds since 1970.
        updated: When it gave this sign.
        note: What there is to say when it is over.

    Example:

        progress = service.progress(job)
        print(progress.step.epoch, progress.step.loss, progress.seconds)
    """

    step: Step
    started: float
    updated: float
    note: str = ""

    @property
    def seconds(self) -> float:
        """Seconds from the beginning to this sign."""
        return self.updated - self.started


class ProgressFile:
    """A small file that a worker writes and others read.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._started = time.time()
        self._written = 0.0

    def write(self, step: Step, note: str = "") -> None:
        """Writes what is being done, no more than some times a second.

        Args:
            step: What is being done.
            note: What there is to say of it.
        """
        now = time.time()
        is_between = step.done and step.done < step.total
        if is_between and now - self._written < _PAUSE:
            return
        self._written = now
        content = {
            "step": dataclasses.asdict(step),
            "started": self._started,
            "updated": now,
            "note": note,
        }
        write_text(self.path, json.dumps(content) + "\n")

    def read(self) -> JobProgress | None:
        """Returns the latest sign of life, None if there was none."""
        try:
            content = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return None
        step = Step(**content.pop("step"))
        return JobProgress(step, **content)
