"""Gives a new model the weights of an old one."""

import itertools
import re
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

import tfmtl

# Keras counts the layers of a process: what is `mlp` there is `mlp_3` here.
_COUNT = re.compile(r"(_\d+)?(:0)?(?=/|$)")
_NOTHING = ("nothing", ())

_Values = Mapping[str, Sequence[str]]


def carry_over(
    old: Sequence[tf.Variable],
    old_values: _Values,
    new: tfmtl.models.MultiTaskModel,
    new_values: _Values,
) -> int:
    """Gives a new model the weights of an old one, values by values.

    Vocabularies change from day to day, and with them the ids: the row of a
    value goes to where the value is now. A value that the old model did not
    know keeps the row that it was given at random. All other weights that
    are learned are taken as they are.

    Args:
        old: The trainable weights of the old model, in its order.
        old_values: By feature, the values of its ids from 1.
        new: The new model, built. Nothing is written if it does not fit.
        new_values: The same of the new model.

    Returns:
        Number of values that the old model knew.

    Raises:
        ValueError: If the two have other features or layers.
    """
    tables = _tables(new)
    weights = new.trainable_weights
    features = [tables.get(id(weight), ()) for weight in weights]
    _check_features(old_values, new_values)
    _check_layers(old, weights, features)
    for before, weight, names in zip(old, weights, features, strict=True):
        known = before.numpy()
        if names:
            fresh = np.array(weight)
            _move_rows(known, fresh, names, old_values, new_values)
            known = fresh
        weight.assign(known)
    return sum(
        len(set(old_values[name]).intersection(values))
        for name, values in new_values.items()
    )


def _tables(model: tfmtl.models.MultiTaskModel) -> dict[int, list[str]]:
    """Returns the features of each embedding table, by the table's `id`."""
    return {
        id(layer.table): [feature.name for feature in layer.features]
        for layer in model._flatten_layers()
        if isinstance(layer, tfmtl.layers.FeatureEmbedding)
    }


def _move_rows(
    old: np.ndarray,
    new: np.ndarray,
    names: Sequence[str],
    old_values: _Values,
    new_values: _Values,
) -> None:
    """Writes the rows of known values, feature by feature, into `new`."""
    old_start = new_start = 0
    for name in names:
        before = {value: n for n, value in enumerate(old_values[name], 1)}
        pairs = [
            (before[value], number)
            for number, value in enumerate(new_values[name], 1)
            if value in before
        ]
        # Row 0 stands for what is unknown, in both of them.
        sources, targets = np.array([(0, 0), *pairs]).T
        new[new_start + targets] = old[old_start + sources]
        old_start += len(old_values[name]) + 1
        new_start += len(new_values[name]) + 1


def _check_features(old: _Values, new: _Values) -> None:
    if list(old) != list(new):
        others = sorted(set(old) ^ set(new))
        raise ValueError(
            "The last model should have the same features as the new one, in "
            "the same order; train anew, with `warm_start` off. Received: "
            + (f"{others} of one only." if others else "another order.")
        )


def _check_layers(
    old: Sequence[tf.Variable],
    new: Sequence[Any],
    features: Sequence[Sequence[str]],
) -> None:
    """Compares name and shape of each weight, but not a table's rows."""
    before = [(_name(weight.name), tuple(weight.shape)) for weight in old]
    now = [(_name(weight.path), tuple(weight.shape)) for weight in new]
    pairs = itertools.zip_longest(before, now, fillvalue=_NOTHING)
    for place, (one, other) in enumerate(pairs):
        start = 1 if place < len(features) and features[place] else 0
        if one[0] != other[0] or one[1][start:] != other[1][start:]:
            raise ValueError(
                "The last model should have the same layers as the new one, "
                "of the same sizes; train anew, with `warm_start` off. "
                f"Received: {one[0]} of shape {one[1]}, now {other[0]} of "
                f"shape {other[1]}."
            )


def _name(path: str) -> str:
    return _COUNT.sub("", path)
