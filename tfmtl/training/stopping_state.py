"""What `EarlyStopping` has seen so far, as a file."""

from pathlib import Path
from typing import Any

import keras
import numpy as np

_NUMBERS = ("wait", "stopped_epoch", "best_epoch")


def save(stopping: keras.callbacks.EarlyStopping, path: Path) -> None:
    """Writes the state of a callback.

    Args:
        stopping: The callback.
        path: File to write.
    """
    state = {name: getattr(stopping, name) for name in _NUMBERS}
    if stopping.best is not None:
        state["best"] = stopping.best
    for number, weight in enumerate(stopping.best_weights or []):
        state[f"weight_{number}"] = weight
    with path.open("wb") as file:
        np.savez(file, **state)


def load(path: Path) -> dict[str, Any]:
    """Returns a state as `put_back` takes it.

    Args:
        path: File that `save` wrote.
    """
    with np.load(path) as file:
        state: dict[str, Any] = {name: int(file[name]) for name in _NUMBERS}
        state["best"] = float(file["best"]) if "best" in file else None
        count = sum(name.startswith("weight_") for name in file.files)
        weights = [file[f"weight_{number}"] for number in range(count)]
    state["best_weights"] = weights or None
    return state


def put_back(
    stopping: keras.callbacks.EarlyStopping, state: dict[str, Any]
) -> None:
    """Gives a callback a state.

    Args:
        stopping: The callback, after its `on_train_begin`.
        state: What `load` returned.
    """
    for name, value in state.items():
        setattr(stopping, name, value)
