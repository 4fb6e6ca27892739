"""A model beside another one, equal and apart."""

from typing import Any


def copy_of(model: Any) -> Any:
    """Returns a model of the same configuration and weights.

    Args:
        model: A `MultiTaskModel`.
    """
    if not model.built:
        model.build()
    twin = type(model).from_config(model.get_config())
    twin.build()
    twin.set_weights(model.get_weights())
    return twin
