"""Writes tasks as text: TFX components take plain values only."""

import json
from collections.abc import Sequence

import keras

from tfmtl.tasks import Task
from tfmtl.tasks import check_tasks


def dump_tasks(tasks: Sequence[Task]) -> str:
    """Returns the tasks as JSON.

    Args:
        tasks: Tasks, parents before their children.

    Raises:
        ValueError: If the tasks do not fit together.
    """
    return json.dumps(
        [keras.saving.serialize_keras_object(t) for t in check_tasks(tasks)]
    )


def load_tasks(text: str) -> tuple[Task, ...]:
    """Returns the tasks that `dump_tasks` wrote.

    Example:

    >>> from tfmtl.tasks import BinaryTask
    >>> load_tasks(dump_tasks([BinaryTask("click")]))[0].name
    'click'
    """
    return check_tasks(
        map(keras.saving.deserialize_keras_object, json.loads(text))
    )
