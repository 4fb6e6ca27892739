"""A name for all that a result depends on."""

import hashlib
import json
from typing import Any

import numpy as np

from tfmtl.audience.fine_tuning import FineTuning


def fingerprint(*parts: Any) -> str:
    """Returns 16 characters that differ when one of the parts does.

    Args:
        *parts: Arrays, and what can be written as JSON.

    Example:

    >>> fingerprint([1, 2]) == fingerprint((1, 2)) != fingerprint([2, 1])
    True
    """
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray):
            part = part.tolist()
        digest.update(json.dumps(part, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()[:16]


def described(tuning: FineTuning) -> list[Any]:
    """Returns what fine-tuning is, the same in every process.

    Args:
        tuning: The settings.
    """
    optimizer = tuning.make_optimizer()
    return [
        _name_of(tuning.stop),
        _name_of(tuning.adapt),
        type(optimizer).__name__,
        {n: str(value) for n, value in optimizer.get_config().items()},
        tuning.batch_size,
    ]


def _name_of(choice: Any) -> str:
    # The text of a function holds its address, which no two processes share.
    return getattr(choice, "__qualname__", None) or repr(choice)
