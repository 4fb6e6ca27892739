"""Keeps the noise of libraries in a file."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TextIO


@contextlib.contextmanager
def redirect_output(log_path: str | os.PathLike[str]) -> Iterator[TextIO]:
    """Sends standard output and error, as the system sees them, to a file.

    Args:
        log_path: File to append to; its folder is made.

    Yields:
        Where standard output went before.
    """
    os.makedirs(os.path.dirname(os.path.abspath(log_path)), exist_ok=True)
    _flush()
    saved = [os.dup(descriptor) for descriptor in (1, 2)]
    with (
        os.fdopen(os.dup(saved[0]), "w", buffering=1) as terminal,
        open(log_path, "ab") as log,
    ):
        try:
            for descriptor in (1, 2):
                os.dup2(log.fileno(), descriptor)
            yield terminal
        finally:
            _flush()
            for descriptor, former in zip((1, 2), saved, strict=True):
                os.dup2(former, descriptor)
                os.close(former)


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
