"""Shows a run on the terminal, and keeps everybody else's noise in a file."""

import contextlib
import dataclasses
import logging
import os
import time
import traceback
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

from ml_metadata.proto import metadata_store_pb2
from rich import console as rich_console
from rich import progress as rich_progress
from tfx.orchestration.portable import launcher

from pipeline.components.describe_error import describe
from pipeline.components.redirect_output import redirect_output

_OUTCOMES = {
    metadata_store_pb2.Execution.CACHED: "cached",
    metadata_store_pb2.Execution.FAILED: "failed",
}
_INTERRUPTED = 130
_PIPELINE_LOGGER = "pipeline"


@dataclasses.dataclass(frozen=True)
class Step:
    """What became of one component.

    Args:
        name: Id of the component.
        outcome: "run", "cached", "failed", "skipped" (its condition does not
            hold), or "empty" (a resolver that found nothing).
        seconds: Wall time.
        cpu_seconds: User and system time of the process and its children.
        rows: Rows that the component says it handled, or None.
    """

    name: str
    outcome: str
    seconds: float
    cpu_seconds: float
    rows: int | None = None

    def __str__(self) -> str:
        rows = "" if self.rows is None else f"  {self.rows:,} rows"
        return (
            f"{self.name:<28} {self.outcome:<8} {self.seconds:7.1f} s"
            f"  CPU {self.cpu_seconds:7.1f} s{rows}"
        )


class RunProgress:
    """Shows the components of a local run, one line each, while they run.

    Within the context everything that is written to standard output and
    standard error, by C++ libraries too, goes to the log file; `console` still
    writes to the terminal. On a terminal a clock runs beside the name of the
    component; elsewhere there is a plain line at its start and at its end.

    An error ends the process with status 1 and one message on the terminal;
    its traceback is in the log. Runs that are interrupted end with 130.

    Args:
        log_path: File to append to; its folder is made.

    Attributes:
        steps: A `Step` a component so far.
        console: A `rich.console.Console` on the terminal, in the context.

    Example:

        with RunProgress("logs/run.log") as progress:
            LocalDagRunner().run(pipeline)
            progress.console.print(f"{len(progress.steps)} components")
    """

    console: rich_console.Console

    def __init__(self, log_path: str | os.PathLike[str]) -> None:
        self.log_path = os.path.abspath(log_path)
        self.steps: list[Step] = []
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> "RunProgress":
        terminal = self._stack.enter_context(redirect_output(self.log_path))
        self.console = rich_console.Console(
            file=terminal, markup=False, highlight=False, soft_wrap=True
        )
        original = launcher.Launcher.launch

        def launch(node: launcher.Launcher) -> Any:
            return self._watch(node, original)

        launcher.Launcher.launch = launch  # type: ignore[assignment,method-assign]
        self._stack.callback(setattr, launcher.Launcher, "launch", original)
        self._show_messages_of(_PIPELINE_LOGGER)
        return self

    def __exit__(
        self, kind: Any, error: BaseException | None, trace: Any
    ) -> None:
        status = None
        if isinstance(error, KeyboardInterrupt):
            self._say("Interrupted. Run again: what is finished is kept.")
            status = _INTERRUPTED
        elif isinstance(error, Exception):
            with open(self.log_path, "a", encoding="utf-8") as log:
                traceback.print_exception(kind, error, trace, file=log)
            self._say(f"\n{describe(error)}\nThe log: {self.log_path}")
            status = 1
        self._stack.close()
        if status is not None:
            raise SystemExit(status) from error

    def _show_messages_of(self, name: str) -> None:
        """Lets what our own code logs through to the terminal."""
        logger = logging.getLogger(name)
        handler = logging.StreamHandler(self.console.file)
        level = logger.level
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        self._stack.callback(logger.setLevel, level)
        self._stack.callback(logger.removeHandler, handler)

    def _say(self, text: str) -> None:
        self.console.print(text)

    def _watch(
        self,
        node: launcher.Launcher,
        launch: Callable[[launcher.Launcher], Any],
    ) -> Any:
        """Launches a component and records how it went."""
        name = node._pipeline_node.node_info.id
        start, cpu_start = time.monotonic(), _cpu_seconds()
        outcome, rows = "failed", None
        try:
            with self._clock(name):
                execution = launch(node)
                outcome, rows = _look_up(node, execution)
            if outcome == "failed":
                raise RuntimeError(f"The inputs of {name} cannot be resolved.")
            return execution
        finally:
            step = Step(
                name,
                outcome,
                time.monotonic() - start,
                _cpu_seconds() - cpu_start,
                rows,
            )
            self.steps.append(step)
            self._say(str(step))

    @contextlib.contextmanager
    def _clock(self, name: str) -> Iterator[None]:
        if not self.console.is_terminal:
            self._say(f"{name:<28} started")
            yield
            return
        with rich_progress.Progress(
            rich_progress.SpinnerColumn(),
            rich_progress.TextColumn(f"{name:<26}"),
            rich_progress.TimeElapsedColumn(),
            console=self.console,
            transient=True,
            # Otherwise rich would bring back what goes to the log.
            redirect_stdout=False,
            redirect_stderr=False,
        ) as clock:
            clock.add_task(name, total=None)
            yield


def _look_up(node: launcher.Launcher, execution: Any) -> tuple[str, int | None]:
    """Returns the outcome and the rows of an execution, from the store."""
    number = execution.execution_id if execution is not None else None
    if number is None:
        return "skipped", None
    with node._mlmd_connection as metadata:
        store = metadata.store
        [record] = store.get_executions_by_id([number])
        outputs = [
            event.artifact_id
            for event in store.get_events_by_execution_ids([number])
            if event.type == metadata_store_pb2.Event.OUTPUT
        ]
        artifacts = store.get_artifacts_by_id(outputs)
    rows = [
        artifact.custom_properties["rows"].int_value
        for artifact in artifacts
        if "rows" in artifact.custom_properties
    ]
    outcome = _OUTCOMES.get(record.last_known_state, "run")
    if outcome == "failed" and node._system_node_handler is not None:
        # TFX's word for a resolver that has nothing to find on a first run.
        outcome = "empty"
    return outcome, max(rows, default=None)


def _cpu_seconds() -> float:
    times = os.times()
    return sum(times[:4])
