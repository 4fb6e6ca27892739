"""Begins a model with the weights of the one before."""

from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np

import tfmtl

_Values = Mapping[str, Sequence[str]]


def carry_over(
    old: tfmtl.models.MetaHeac,
    old_values: _Values,
    new: tfmtl.models.MetaHeac,
    new_values: _Values,
) -> int:
    """Gives a new model the weights of an old one, values by values.

    Vocabularies change from day to day, and with them the ids: the row of a
    value goes to where the value is now. A value that the old model did not
    know keeps the row that it was given at random. All other weights are
    taken as they are.

    Args:
        old: The old model, built.
        old_values: By feature, the values of its ids from 1.
        new: The new model, built. Nothing is written if it does not fit.
        new_values: The same of the new model.

    Returns:
        Number of values that the old model knew.

    Raises:
        ValueError: If the two have other features or layers.
    """
    fresh = new.get_weights()
    known = old.get_weights()
    tables = {id(table): group for table, group in _tables(new)}
    names = [[feature.name for feature in m.features] for m in (old, new)]
    if names[0] != names[1] or len(fresh) != len(known):
        raise ValueError(
            "The last model should have the same features and layers as the "
            "new one; train anew, with `warm_start` off. Received: features "
            f"{sorted(set(names[0]) ^ set(names[1]))} of one only, "
            f"{len(known)} and {len(fresh)} weights."
        )
    carried = 0
    for place, variable in enumerate(new.weights):
        group = tables.get(id(variable))
        if group is not None:
            carried += _move_rows(
                known[place], fresh[place], group, old_values, new_values
            )
        elif known[place].shape == fresh[place].shape:
            fresh[place] = known[place]
        else:
            raise ValueError(
                "The last model should have layers of the same size as the "
                "new one; train anew, with `warm_start` off. Received: "
                f"{variable.path} of shape {known[place].shape}, now "
                f"{fresh[place].shape}."
            )
    new.set_weights(fresh)
    return carried


def _tables(
    model: tfmtl.models.MetaHeac,
) -> list[tuple[object, list[str]]]:
    """Returns the model's embedding tables, and the features of each."""
    encoders = [model.user_encoder.concatenation]
    if model.campaign_encoder is not None:
        encoders.append(model.campaign_encoder)
    return [
        (layer.table, [feature.name for feature in layer.features])
        for encoder in encoders
        for layer in encoder.embeddings
    ]


def _move_rows(
    old: np.ndarray,
    new: np.ndarray,
    names: Sequence[str],
    old_values: _Values,
    new_values: _Values,
) -> int:
    """Writes the rows of known values, feature by feature, into `new`."""
    if old.shape[1] != new.shape[1]:
        raise ValueError(
            "The last model should have embeddings of the same width as the "
            "new one; train anew, with `warm_start` off. Received: "
            f"{old.shape[1]}, now {new.shape[1]}."
        )
    carried = old_start = new_start = 0
    for name in names:
        before = {value: n for n, value in enumerate(old_values[name], 1)}
        pairs = [
            (before[value], number)
            for number, value in enumerate(new_values[name], 1)
            if value in before
        ]
        carried += len(pairs)
        # Row 0 stands for what is unknown, in both of them.
        sources, targets = np.array([(0, 0), *pairs]).T
        new[new_start + targets] = old[old_start + sources]
        old_start += len(old_values[name]) + 1
        new_start += len(new_values[name]) + 1
    return carried
