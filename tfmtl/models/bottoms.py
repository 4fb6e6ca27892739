"""What may stand between the embedding and the towers of a model."""

from collections.abc import Sequence

import keras
import tensorflow as tf

from tfmtl import layers
from tfmtl.layers.sizes import units_of


def checked(
    bottom: Sequence[int] | keras.layers.Layer | None, num_tasks: int
) -> tuple[int, ...] | keras.layers.Layer | None:
    """Returns a layer or None as it is and widths as a tuple, or refuses them.

    Args:
        bottom: None, widths of a shared MLP, or a Keras layer.
        num_tasks: Number of tasks.

    Raises:
        ValueError: If these are no widths, or a level of another number of
            tasks, whose shared stream might pass for a task's.
    """
    if (
        isinstance(bottom, layers.ProgressiveExtraction)
        and bottom.num_tasks != num_tasks
    ):
        raise ValueError(
            "`bottom` should have the tasks of the model; make it with "
            f"num_tasks={num_tasks}. Received: num_tasks={bottom.num_tasks}."
        )
    if bottom is None or isinstance(bottom, keras.layers.Layer):
        return bottom
    return units_of("bottom", bottom)


def tower_inputs(
    backbone: keras.layers.Layer | None, inputs: tf.Tensor, num_tasks: int
) -> list[tf.Tensor]:
    """Returns what each tower reads.

    Args:
        backbone: Layer that returns one tensor, or a list of one per task;
            None for nothing.
        inputs: `(batch, inputs)`.
        num_tasks: Number of tasks.

    Raises:
        ValueError: If there are more or fewer tensors than tasks.
    """
    outputs = inputs if backbone is None else backbone(inputs)
    if not isinstance(outputs, list | tuple):
        return [outputs] * num_tasks
    if len(outputs) != num_tasks:
        raise ValueError(
            "`bottom` should return one tensor for all tasks or a list of one "
            f"per task, {num_tasks}; a ProgressiveExtraction does with "
            f"shared_output=False. Received: {len(outputs)} tensors."
        )
    return list(outputs)
