"""How each model of the library is built and trained in the funnel job."""

import dataclasses
import difflib
import inspect
from collections.abc import Sequence

import keras

import tfmtl
from tfmtl.features import Feature
from tfmtl.tasks import Task

DEFAULT_MODEL = "PIMM"
_TOWER_UNITS = (128, 64, 32)
# Experts and the tower behind them are together as deep as other towers.
_UNITS = {
    tfmtl.models.MMoE: {
        "expert_units": _TOWER_UNITS[:-1],
        "tower_units": _TOWER_UNITS[-1:],
    }
}
_DROPOUT = 0.2
_CURRICULUM = tfmtl.training.LinearDecay(initial=0.5, rate=0.25, floor=0.25)


@dataclasses.dataclass(frozen=True)
class Recipe:
    """A model and what its training needs beside data.

    Args:
        model: The model, not compiled yet.
        callbacks: Callbacks that belong to the model.
        min_epochs: Epochs before training may stop early.
    """

    model: tfmtl.models.MultiTaskModel
    callbacks: Sequence[keras.callbacks.Callback] = ()
    min_epochs: int = 1


def make_recipe(
    name: str, features: Sequence[Feature], tasks: Sequence[Task], seed: int
) -> Recipe:
    """Builds the model of a name.

    Args:
        name: Name of a model class in `tfmtl.models`.
        features: Features of the model.
        tasks: Tasks of the model.
        seed: Makes weights and draws repeatable.

    Raises:
        ValueError: If there is no such model.
    """
    model_class = find_model(name)
    units = _UNITS.get(model_class, {"tower_units": _TOWER_UNITS})
    model = model_class(features, tasks, dropout=_DROPOUT, seed=seed, **units)
    if not isinstance(model, tfmtl.models.PIMM):
        return Recipe(model)
    schedule = tfmtl.training.ScheduleVariable(model.label_rate, _CURRICULUM)
    return Recipe(model, [schedule], _CURRICULUM.min_epochs)


def find_model(name: str) -> type[tfmtl.models.MultiTaskModel]:
    """Returns the model class of a name.

    Args:
        name: Name of a model class in `tfmtl.models`.

    Raises:
        ValueError: If there is no such model.
    """
    known = {
        key: value
        for key, value in vars(tfmtl.models).items()
        if inspect.isclass(value)
        and issubclass(value, tfmtl.models.MultiTaskModel)
        and not inspect.isabstract(value)
    }
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(
            f"The model should be one of {sorted(known)}.{hint} "
            f"Received: model={name!r}."
        )
    return known[name]
