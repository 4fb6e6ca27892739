"""How each model of the library is built and trained in the funnel job."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import keras

import tfmtl
from pipeline.funnel.hyperparameters import DEFAULTS
from pipeline.funnel.hyperparameters import Hyperparameters
from tfmtl.features import Feature
from tfmtl.models.find_model import find_model
from tfmtl.models.find_model import takes
from tfmtl.tasks import Task

DEFAULT_MODEL = "PIMM"
_CURRICULUM_START = 0.5
_CURRICULUM_RATE = 0.25


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
    name: str,
    features: Sequence[Feature],
    tasks: Sequence[Task],
    seed: int,
    hyperparameters: Hyperparameters = DEFAULTS,
) -> Recipe:
    """Builds the model of a name; one with a `label_rate` has a curriculum.

    Args:
        name: As of `find_model`.
        features: Features of the model.
        tasks: Tasks of the model.
        seed: Makes weights and draws repeatable.
        hyperparameters: What the tuner chose.

    Raises:
        ValueError: If there is no such model.
    """
    model_class = find_model(name)
    model = model_class(
        features, tasks, **_options(model_class, hyperparameters, seed)
    )
    label_rate = getattr(model, "label_rate", None)
    if label_rate is None:
        return Recipe(model)
    curriculum = tfmtl.training.LinearDecay(
        initial=_CURRICULUM_START,
        rate=_CURRICULUM_RATE,
        floor=hyperparameters.curriculum_floor,
    )
    schedule = tfmtl.training.ScheduleVariable(label_rate, curriculum)
    return Recipe(model, [schedule], curriculum.min_epochs)


def _options(
    model_class: type[tfmtl.models.MultiTaskModel],
    hyperparameters: Hyperparameters,
    seed: int,
) -> dict[str, Any]:
    """Returns what was chosen, of that which the model takes."""
    width = hyperparameters.width
    units = (width, width // 2, width // 4)
    options = {
        "dropout": hyperparameters.dropout,
        "tower_units": units,
        "seed": seed,
    }
    if takes(model_class, "expert_units"):
        # Experts and the tower behind are together as deep as other towers.
        options |= {"expert_units": units[:-1], "tower_units": units[-1:]}
    return {k: v for k, v in options.items() if takes(model_class, k)}
