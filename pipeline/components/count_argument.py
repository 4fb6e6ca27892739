"""How many, on a command line."""

import argparse


def count_or_all(text: str) -> int | None:
    """Reads how many of something there are to be, as argparse's `type`.

    Args:
        text: A positive whole number, or "all".

    Returns:
        The number; None for all.

    Raises:
        argparse.ArgumentTypeError: If it is neither.
    """
    if text == "all":
        return None
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(
            "it should be a positive whole number or 'all'. "
            f"Received: {text!r}."
        )
    return int(text)
