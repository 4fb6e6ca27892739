"""Refuses tasks that no model, or not this one, can take."""

from collections.abc import Iterable
from collections.abc import Sequence
from collections.abc import Set

from tfmtl.tasks.binary_task import BinaryTask
from tfmtl.tasks.task import Task


def check_tasks(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Returns the tasks as a tuple, or refuses them.

    Args:
        tasks: Tasks of one model, parents before their children.

    Raises:
        ValueError: If this is no list, there are none or other objects, two
            share a name, one names a parent or a sample space that is not a
            task before it, or a sample space that is no `BinaryTask`.
    """
    if isinstance(tasks, Set) or not isinstance(tasks, Iterable):
        raise ValueError(
            "`tasks` should be a list, whose order is kept, also of a single "
            f"task: [task]. Received: tasks={tasks!r}."
        )
    tasks = tuple(tasks)
    if not tasks:
        raise ValueError("A model needs at least one task. Received: [].")
    seen: dict[str, Task] = {}
    for task in tasks:
        if not isinstance(task, Task):
            raise ValueError(
                "Tasks should be objects such as BinaryTask, and come after "
                f"the features. Received: {task!r}."
            )
        if task.name in seen:
            raise ValueError(
                "Every task should have a name of its own; rename one. "
                f"Received more than once: {task.name!r}."
            )
        for role in ("parent", "sample_space"):
            other = getattr(task, role)
            if other is not None and other not in seen:
                raise ValueError(
                    f"`{role}` of task {task.name!r} should name a task that "
                    "stands before it in the list; add it or move it forward. "
                    f"Received: {role}={other!r}, tasks before: "
                    f"{list(seen)}."
                )
        space = task.sample_space
        if space is not None and not isinstance(seen[space], BinaryTask):
            raise ValueError(
                f"`sample_space` of task {task.name!r} should name a "
                "BinaryTask, whose label says which rows count. "
                f"Received: sample_space={space!r}, {seen[space]!r}."
            )
        seen[task.name] = task
    return tasks


def check_path(tasks: Sequence[Task], model: str) -> None:
    """Refuses tasks that are not one path, each the parent of the next.

    Args:
        tasks: Tasks of a sequential model.
        model: Name of that model, for the message.

    Raises:
        ValueError: If there are fewer than two tasks, the path has a gap, or
            a task on it is not binary.
    """
    if len(tasks) < 2:
        raise ValueError(
            f"{model} needs at least two tasks on one path; use SingleTask or "
            f"SharedBottom for one. Received: {[task.name for task in tasks]}."
        )
    previous = None
    for task in tasks:
        if not isinstance(task, BinaryTask):
            raise ValueError(
                f"{model} hands probabilities from task to task; make "
                f"{task.name!r} a BinaryTask. Received: {task!r}."
            )
        if task.parent != previous:
            raise ValueError(
                f"{model} needs tasks on one path, each with the task before "
                f"it as parent; set parent={previous!r} on {task.name!r}. "
                f"Received: parent={task.parent!r}."
            )
        previous = task.name
