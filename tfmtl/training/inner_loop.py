"""Steps of gradient descent that leave a model's variables as they are."""

from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl.training.adapted_table import AdaptedTable

Value = Any  # tf.Variable, tf.Tensor or AdaptedTable


class Weights:
    """Values that stand for a model's weights.

    The gradient of what is computed with them flows back to the variables,
    through all steps that have moved them.

    Args:
        variables: Trainable variables of the model.
        values: One value for each; None for the variables themselves.
    """

    def __init__(
        self,
        variables: Sequence[keras.Variable],
        values: Sequence[Value] | None = None,
    ) -> None:
        self.variables = variables
        if values is None:
            values = [variable.value for variable in variables]
        self.values = values

    def scope(self) -> keras.StatelessScope:
        """Returns a scope in which the model computes with these values."""
        scope = keras.StatelessScope(
            collect_losses=True, initialize_variables=False
        )
        for variable, value in zip(self.variables, self.values, strict=True):
            # Given to the constructor, a table would be read as a whole.
            scope.add_update((variable, value))
        return scope

    def after_step(
        self,
        loss: Callable[["Weights"], tf.Tensor],
        learning_rate: float,
        adapt: Callable[[keras.Variable], bool],
        first_order: bool = False,
    ) -> "Weights":
        """Returns the weights after a step down the gradient of a loss.

        Args:
            loss: Function of the weights.
            learning_rate: Length of the step.
            adapt: Whether a variable takes part.
            first_order: Whether the gradient counts as a constant.
        """
        chosen = [n for n, v in enumerate(self.variables) if adapt(v)]
        # Rows that have been moved already are seen as table and constant.
        sources = [_source(self.values[number]) for number in chosen]
        with tf.GradientTape() as tape:
            tape.watch([s for s in sources if tf.is_tensor(s)])
            result = loss(self)
        values = list(self.values)
        gradients = tape.gradient(result, sources)
        for number, gradient in zip(chosen, gradients, strict=True):
            if gradient is None:
                continue  # the loss does not depend on this weight
            if first_order:
                gradient = tf.nest.map_structure(
                    tf.stop_gradient, gradient, expand_composites=True
                )
            values[number] = _moved(values[number], gradient, -learning_rate)
        return Weights(self.variables, values)


def _source(value: Value) -> tf.Variable | tf.Tensor:
    return value.table if isinstance(value, AdaptedTable) else value


def _moved(value: Value, gradient: Any, scale: float) -> Value:
    if not isinstance(gradient, tf.IndexedSlices):
        return tf.convert_to_tensor(value) + scale * gradient
    changes = tf.IndexedSlices(scale * gradient.values, gradient.indices)
    if isinstance(value, AdaptedTable):
        return value.moved(changes)
    return AdaptedTable(value, changes)
