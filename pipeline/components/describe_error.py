"""Says in a few words what went wrong."""

import re

import tensorflow as tf


def describe(error: BaseException) -> str:
    """Returns an error in a few words.

    A `ValueError` is written for the reader, and is given whole. Of others,
    whose messages may hold graphs and stacks, only the last line is; of an
    operation's, the one before the node that failed.

    Args:
        error: The error.
    """
    text = str(error).strip()
    if isinstance(error, ValueError) and text:
        return text
    if isinstance(error, tf.errors.OpError):
        text = re.split(r"\n\s*\[\[", text, maxsplit=1)[0]
        text = re.sub(r"{{.*?}} | \[Op:.*?\]", "", text)
    lines = text.splitlines() or ["no message"]
    return f"{type(error).__name__}: {lines[-1]}"
