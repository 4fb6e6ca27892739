"""What pictures are drawn from: calibration, gates, attention, curriculum.

All of it is small, whatever the data: bins instead of rows, and means over a
fixed sample instead of maps of every row.
"""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import Protocol
from typing import runtime_checkable

import numpy as np
import tensorflow as tf

from tfmtl import types
from tfmtl.experiments.calibration_bins import calibration_bins
from tfmtl.models import MultiTaskModel
from tfmtl.tasks import Task

Arrays = Mapping[str, np.ndarray]

_SAMPLE = 4096


@runtime_checkable
class Gated(Protocol):
    """A model that can show the weights of its gates."""

    def gate_weights(self, features: types.Tensors) -> Mapping[str, tf.Tensor]:
        """Returns `{task: (batch, experts)}`."""


@runtime_checkable
class Attentive(Protocol):
    """A model that can show the weights of its attention."""

    def attention_weights(
        self, features: types.Tensors
    ) -> Mapping[str, tf.Tensor]:
        """Returns weights by name, the batch first."""


def of_model(
    model: MultiTaskModel,
    inputs: Arrays,
    history: Mapping[str, Sequence[float]],
    rows: int = _SAMPLE,
) -> dict[str, Any]:
    """Returns the data of pictures by kind, for what the model has.

    Args:
        model: A trained model.
        inputs: Inputs as `fit` takes them, packed or not.
        history: Logs of each epoch by name; `label_rate` is logged by
            `ScheduleVariable`, `told` by `ToldShare`.
        rows: Means are taken over so many of the rows, evenly spaced, or
            over all if there are fewer.

    Returns:
        `{"gates": {task: [weight of each expert]}, "attention": {name: nested
        lists}, "curriculum": [p], "told": [share]}`, ready for JSON. Where
        tasks have experts of their own, every expert of the model has a
        place, and the weight of one that a task cannot use is None.

    Raises:
        ValueError: If `rows` is not positive.

    Example:

    >>> model = tfmtl.models.SingleTask(
    ...     [tfmtl.NumericFeature("price")], [tfmtl.BinaryTask("click")])
    >>> of_model(model, {"price": np.ones(3)}, {"label_rate": [0.5]})
    {'curriculum': [0.5]}
    """
    if rows < 1:
        raise ValueError(f"`rows` should be positive. Received: rows={rows!r}.")
    data: dict[str, Any] = {}
    sample = _sample(inputs, rows)
    if isinstance(model, Gated):
        data["gates"] = _by_expert(model, _means(model.gate_weights(sample)))
    if isinstance(model, Attentive):
        data["attention"] = _means(model.attention_weights(sample))
    for kind, log in (("curriculum", "label_rate"), ("told", "told")):
        if log in history:
            data[kind] = [float(value) for value in history[log]]
    return data


def calibration(
    tasks: Sequence[Task], labels: Arrays, predictions: Arrays
) -> dict[str, dict[str, list[float]]]:
    """Returns the calibration bins of every task.

    Args:
        tasks: The tasks; one with a `sample_space` is judged on its rows.
        labels: `{task: (rows, 1)}`.
        predictions: `{task: (rows, 1)}`.

    Example:

    >>> click = tfmtl.BinaryTask("click")
    >>> labels, chances = np.array([0, 1]), np.array([0.25, 0.5])
    >>> calibration([click], {"click": labels}, {"click": chances})["click"]
    {'predicted': [0.25, 0.5], 'observed': [0.0, 1.0], 'count': [1.0, 1.0]}
    """
    bins = {}
    for task in tasks:
        kept: Any = slice(None)
        if task.sample_space is not None:
            kept = np.ravel(labels[task.sample_space]) == 1
        bins[task.name] = calibration_bins(
            np.ravel(labels[task.name])[kept],
            np.ravel(predictions[task.name])[kept],
        )
    return bins


def _sample(inputs: Arrays, rows: int) -> dict[str, tf.Tensor]:
    total = len(next(iter(inputs.values())))
    # Evenly spaced, since rows may be sorted by time.
    places = np.linspace(0, total - 1, min(rows, total)).astype(int)
    return {
        name: tf.convert_to_tensor(np.asarray(columns)[places])
        for name, columns in inputs.items()
    }


def _means(weights: Mapping[str, tf.Tensor]) -> dict[str, Any]:
    return {
        name: np.mean(np.asarray(tensor, np.float64), axis=0).tolist()
        for name, tensor in weights.items()
    }


def _by_expert(
    model: Any, gates: Mapping[str, list[float]]
) -> dict[str, list[float | None]]:
    """Gives every expert of a model a place of its own in each gate.

    The first weight of one task and the first of another belong to two
    experts, where these are not shared.
    """
    own = getattr(model, "num_specific", 0)
    return {
        task: [
            *([None] * own * before),
            *weights[:own],
            *([None] * own * (len(gates) - 1 - before)),
            *weights[own:],
        ]
        for before, (task, weights) in enumerate(gates.items())
    }
