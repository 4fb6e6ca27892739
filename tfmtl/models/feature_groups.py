"""Which of a model's features belong to the scenario, which to a history."""

from collections.abc import Sequence
from collections.abc import Set

from tfmtl.features import CategoricalFeature
from tfmtl.features import Feature
from tfmtl.features import SequenceFeature


def scenario_names(
    features: Sequence[Feature], names: Sequence[str] | None
) -> tuple[str, ...]:
    """Returns the names of the features of the scenario, or refuses them.

    Args:
        features: Features of a model.
        names: None for all categorical features.

    Raises:
        ValueError: If there is none, or one is a sequence or no feature, or
            they are in a set, which has no order.
    """
    fit = [f.name for f in features if not isinstance(f, SequenceFeature)]
    if names is None:
        kind = CategoricalFeature
        names = [f.name for f in features if isinstance(f, kind)]
    wrong = [name for name in names if name not in fit]
    if wrong or not names or isinstance(names, Set):
        raise ValueError(
            "`scenario_features` should be a list of one or more of the "
            f"features that are no sequences, {fit}; a scenario's id, say. "
            f"Received: scenario_features={names!r}."
        )
    return tuple(names)


def sequence_groups(
    features: Sequence[Feature],
    groups: Sequence[Sequence[str]] | None,
    equal_widths: bool,
) -> tuple[tuple[str, ...], ...]:
    """Returns the names of the sequences, group by group, or refuses them.

    Args:
        features: Features of a model.
        groups: None for one group of all sequences.
        equal_widths: Whether the vectors of a group should have one width.

    Raises:
        ValueError: If a sequence is in no group or in two, a group is empty
            or has another feature, or lengths or widths differ in a group.
    """
    sequences = {f.name: f for f in features if isinstance(f, SequenceFeature)}
    if groups is None:
        groups = [tuple(sequences)] if sequences else []
    groups = tuple(tuple(group) for group in groups)
    if not all(groups) or sorted(sum(groups, ())) != sorted(sequences):
        raise ValueError(
            "`sequences` should hold the name of every sequence once, in "
            'groups: [("views", "clicks"), ("spend",)]. '
            f"Received: sequences={groups}; the sequences are "
            f"{tuple(sequences)}."
        )
    for group in groups:
        lengths = {name: sequences[name].length for name in group}
        if len({*lengths.values()}) > 1:
            raise ValueError(
                "The sequences of a group should have one length; pad them, or "
                "put them into groups by `sequences`. "
                f"Received: lengths={lengths}."
            )
        widths = {name: sequences[name].embedding_dim for name in group}
        if equal_widths and len({*widths.values()}) > 1:
            raise ValueError(
                "With `sum_steps` the sequences of a group should have one "
                f"`embedding_dim`. Received: widths={widths}."
            )
    return groups
