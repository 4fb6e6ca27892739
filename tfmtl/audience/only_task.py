"""The task that seeds are told from other users by."""

from typing import Any

from tfmtl.tasks import BinaryTask


def only_task(model: Any) -> str:
    """Returns the name of a model's only task, or refuses the model.

    Args:
        model: A `MultiTaskModel`, so it should be.

    Raises:
        ValueError: If it has not one binary task.
    """
    tasks: Any = getattr(model, "tasks", ())
    if len(tasks) != 1 or not isinstance(tasks[0], BinaryTask):
        raise ValueError(
            "`general_model` should be a MultiTaskModel with one BinaryTask: "
            f"whether a user is a seed. Received: tasks={tasks!r}."
        )
    return tasks[0].name
