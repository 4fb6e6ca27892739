"""The models that papers compare themselves with, all of one depth.

An expert and the tower behind it are together as deep as other towers.
"""

from collections.abc import Sequence
from typing import Any

from tfmtl.experiments.model_maker import ModelMaker
from tfmtl.experiments.network import Network


def towers(
    model: type,
    units: Sequence[int],
    name: str | None = None,
    **options: Any,
) -> Network:
    """Returns a model of towers.

    Args:
        model: Class of the model.
        units: Widths of the towers.
        name: What it is called in the table, if not by its class.
        **options: Further arguments of its constructor.
    """
    options = {"tower_units": tuple(units), **options}
    return Network(name or model.__name__, ModelMaker(model, options))


def experts(
    model: type,
    units: Sequence[int],
    name: str | None = None,
    **options: Any,
) -> Network:
    """Returns a model of experts, and of towers with the last of the layers.

    Args:
        model: Class of the model.
        units: Widths of an expert's and its tower's layers together.
        name: What it is called in the table, if not by its class.
        **options: Further arguments of its constructor.
    """
    split = {"expert_units": tuple(units[:-1])}
    return towers(model, units[-1:], name, **split, **options)
