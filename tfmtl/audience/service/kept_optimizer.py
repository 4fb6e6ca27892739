"""Optimizers that go on where another one has stopped."""

from collections.abc import Callable
from typing import Any

import keras


class KeptOptimizer:
    """Makes optimizers that begin with the state of another one.

    One of other weights, such as those of a part of the model, begins anew.

    Args:
        make: Makes an optimizer of the same kind.
        left: The optimizer as it was left.
    """

    def __init__(
        self,
        make: Callable[[], keras.optimizers.Optimizer],
        left: keras.optimizers.Optimizer,
    ) -> None:
        self._make = make
        self._state = [variable.numpy() for variable in left.variables]

    def __call__(self) -> keras.optimizers.Optimizer:
        optimizer = self._make()
        build = optimizer.build

        def build_and_restore(variables: Any) -> None:
            build(variables)
            shapes = [tuple(variable.shape) for variable in optimizer.variables]
            if shapes != [value.shape for value in self._state]:
                return
            for variable, value in zip(
                optimizer.variables, self._state, strict=True
            ):
                variable.assign(value)

        # The state has a place only when the weights are known.
        optimizer.build = build_and_restore
        return optimizer
