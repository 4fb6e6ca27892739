"""Shows a sweep on the terminal, with the time that is left."""

import datetime
import time

from rich import console as rich_console
from rich import progress as rich_progress

from tfmtl.experiments import cells
from tfmtl.experiments.run import Run


class SweepProgress:
    """One line for each run, and on a terminal a bar below them.

    Args:
        console: Where to write.
        total: Number of runs of the protocol.
        done: Number of those that are finished already.

    Example:

        with SweepProgress(console, total=55, done=12) as progress:
            sweep(protocol, folder, environment, on_run=progress.add)
    """

    def __init__(
        self, console: rich_console.Console, total: int, done: int
    ) -> None:
        self.console = console
        self.total = total
        self.done = done
        self._before = done
        self._start = time.monotonic()
        self._bar = rich_progress.Progress(
            rich_progress.TextColumn("{task.description}"),
            rich_progress.BarColumn(),
            rich_progress.MofNCompleteColumn(),
            rich_progress.TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("runs", total=total, completed=done)

    def __enter__(self) -> "SweepProgress":
        if self.done:
            self._say(f"{self.done} of {self.total} runs are finished already")
        if self.console.is_terminal:
            self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self.console.is_terminal:
            self._bar.stop()

    def add(self, run: Run) -> None:
        """Tells of a finished run.

        Args:
            run: The run.
        """
        self.done += 1
        left = self.time_left(time.monotonic() - self._start)
        width = len(str(self.total))
        self._say(
            f"{self.done:>{width}}/{self.total}  seed {run.seed}  "
            f"{run.model:<16}  {_told(run)}  {run.seconds:.0f} s, left {left}"
        )
        self._bar.update(
            self._task, completed=self.done, description=f"left {left}"
        )

    def time_left(self, elapsed: float) -> datetime.timedelta:
        """Returns the time that the missing runs will take, if as before.

        Args:
            elapsed: Seconds since the beginning.
        """
        each = elapsed / max(self.done - self._before, 1)
        return datetime.timedelta(
            seconds=round(each * (self.total - self.done))
        )

    def _say(self, text: str) -> None:
        self._bar.console.print(text, markup=False, highlight=False)


def _told(run: Run) -> str:
    """Returns the AUCs of a run, or the means of its cells."""
    metrics = run.metrics["test"]
    overall = cells.column(cells.ALL_TASKS, cells.ALL_GROUPS, "")
    means = {
        name.removeprefix(overall): value
        for name, value in metrics.items()
        if name.startswith(overall)
    }
    if means:
        return "  ".join(f"{n} {value:.4f}" for n, value in means.items())
    aucs = [
        f"{name.removesuffix('_auc')} {value:.4f}"
        for name, value in metrics.items()
        if name.endswith("_auc")
    ]
    return "  ".join(["AUC", *aucs])
