"""How each model of the library is built in the advertiser job."""

from collections.abc import Sequence
from typing import Any

import tfmtl
from pipeline.advertiser import columns
from pipeline.advertiser.preprocessing import SCENARIO_FEATURES
from tfmtl.features import Feature
from tfmtl.models.find_model import find_model
from tfmtl.models.find_model import takes
from tfmtl.models.scenario_model import ScenarioModel
from tfmtl.tasks import Task


def make_model(
    name: str, features: Sequence[Feature], tasks: Sequence[Task], seed: int
) -> tfmtl.models.MultiTaskModel:
    """Builds the model of a name, with sizes for two processor cores.

    Args:
        name: As of `find_model`.
        features: Features of the model.
        tasks: Tasks of the model.
        seed: Makes the weights repeatable.

    Raises:
        ValueError: If there is no such model.
    """
    model_class = find_model(name)
    options: dict[str, Any] = {}
    if takes(model_class, "seed"):
        options["seed"] = seed
    if issubclass(model_class, ScenarioModel):
        options |= {
            "scenario_features": SCENARIO_FEATURES,
            "sequences": columns.SEQUENCES,
            "sequence_attention": tfmtl.layers.SequenceAttention(
                16, num_heads=2, position_dim=4
            ),
            "scenario_units": 16,
            "expert_units": (64,),
        }
    elif takes(model_class, "expert_units"):
        options["expert_units"] = (64,)
    if takes(model_class, "meta_unit"):
        options |= {"meta_unit": tfmtl.layers.MetaUnit(2), "meta_dim": 32}
    return model_class(features, tasks, **options)
