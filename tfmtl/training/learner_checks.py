"""What `MetaLearner` refuses before it learns."""

from typing import Any


def check_numbers(inner_learning_rate: float, inner_steps: int) -> None:
    """Refuses inner steps that lead nowhere.

    Args:
        inner_learning_rate: As of `MetaLearner`.
        inner_steps: As of `MetaLearner`.

    Raises:
        ValueError: If one is not positive.
    """
    if not inner_learning_rate > 0 or inner_steps < 1:
        raise ValueError(
            "`inner_learning_rate` and `inner_steps` should be positive. "
            f"Received: inner_learning_rate={inner_learning_rate!r}, "
            f"inner_steps={inner_steps!r}."
        )


def check_options(first_order: bool, **functions: Any) -> None:
    """Refuses texts where a flag or functions should be.

    Args:
        first_order: As of `MetaLearner`.
        **functions: Arguments of `MetaLearner` by name.

    Raises:
        ValueError: If `first_order` is neither True nor False, or what should
            be a function is none; the message names it.
    """
    if not isinstance(first_order, bool):
        raise ValueError(
            "`first_order` should be True or False. "
            f"Received: first_order={first_order!r}."
        )
    for name, function in functions.items():
        if not callable(function):
            raise ValueError(
                f"`{name}` should be a function, such as the default, and not "
                f"the name of one. Received: {name}={function!r}."
            )


def check_model(model: Any) -> None:
    """Refuses a model that cannot be learned by exact gradients.

    Args:
        model: As of `MetaLearner`.

    Raises:
        ValueError: If it computes in mixed precision, or its balancing makes
            gradients of its own.
    """
    policy = model.dtype_policy
    if policy.compute_dtype != policy.variable_dtype:
        raise ValueError(
            "A gradient of a gradient is too small for half precision; make "
            'the model with dtype="float32". '
            f"Received: a model of dtype {policy.name!r}."
        )
    if model.balancing.changes_gradients:
        raise ValueError(
            "MetaLearner takes the gradient of one objective through the inner "
            "steps; give the model a balancing that weighs losses, such as "
            f"FixedWeights. Received: balancing={model.balancing!r}."
        )
