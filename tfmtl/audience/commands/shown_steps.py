"""Shows on the terminal what a long piece of work is about."""

from rich import console as rich_console
from rich import progress as rich_progress

from tfmtl.audience.service import Step


class ShownSteps:
    """A bar of the step that is being done; no more than lines in a file.

    A context manager.

    Args:
        console: Where to write.

    Example:

        with ShownSteps(console) as steps:
            service.customise("spring", steps.show)
    """

    def __init__(self, console: rich_console.Console) -> None:
        self._console = console
        self._name = ""
        self._bar = rich_progress.Progress(
            rich_progress.TextColumn("{task.description}"),
            rich_progress.BarColumn(),
            rich_progress.TaskProgressColumn(),
            rich_progress.TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> "ShownSteps":
        if self._console.is_terminal:
            self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._console.is_terminal:
            self._bar.stop()

    def show(self, step: Step) -> None:
        """Shows a step.

        Args:
            step: What is being done.
        """
        text = step.name
        if step.epoch:
            text = f"{text}, epoch {step.epoch}: loss {step.loss:.4f}"
        if not self._console.is_terminal and text != self._name:
            self._console.print(f"  {text}", markup=False, highlight=False)
        self._name = text
        self._bar.update(
            self._task,
            description=text,
            completed=step.done,
            total=step.total or None,
        )
