"""Variants of a model, held against the first of them."""

from collections.abc import Sequence

from tfmtl.experiments.entrant import Entrant
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.protocol import Protocol


def against_first(
    name: str,
    title: str,
    data: Preset,
    contenders: Sequence[Entrant],
    metrics: tuple[str, ...] = ("auc",),
) -> Protocol:
    """Returns the protocol of a model and its variants.

    Args:
        name: Name of the protocol.
        title: What the variants are of, the beginning of the table's heading.
        data: What they are trained and tested on.
        contenders: The model, then its variants.
        metrics: Columns of the table, for each task.
    """
    first = contenders[0].name
    return Protocol(
        name,
        f"{title}: each held against the first",
        data,
        tuple(contenders),
        baselines=(first,),
        settings=data.settings,
        metrics=metrics,
    )
