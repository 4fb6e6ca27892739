"""Values of a campaign's features as people type them."""

from typing import Any


def parsed_value(text: str, name: str, kind: str) -> Any:
    """Returns what was typed as the model's column has it.

    Args:
        text: What was typed.
        name: Name of the column.
        kind: What it holds in words, as `GeneralModel.campaign_columns` says.

    Raises:
        ValueError: If it is no number where one is needed.

    Example:

    >>> parsed_value("12", "price", "numbers"), parsed_value("a", "b", "text")
    (12.0, 'a')
    """
    if "number" not in kind:
        return text
    try:
        return int(text) if "whole" in kind else float(text)
    except ValueError as error:
        raise ValueError(
            f"{name} should be {kind}. Received: {text!r}."
        ) from error
