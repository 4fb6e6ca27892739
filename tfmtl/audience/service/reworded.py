"""Errors in the words of what a user has before them."""

from collections.abc import Mapping


def reworded(error: Exception, words: Mapping[str, str]) -> str:
    """Returns what an error says, with its remedies where they are found.

    Args:
        error: The error.
        words: What stands for an argument of Python, backquotes included.

    Example:

    >>> error = ValueError("Accept them by a lower `min_known`.")
    >>> reworded(error, {"`min_known`": "`--min-known`"})
    'Accept them by a lower `--min-known`.'
    """
    text = str(error)
    for argument, word in words.items():
        text = text.replace(argument, word)
    return text
