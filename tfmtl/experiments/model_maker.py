"""Makes a model of a class with given options."""

import dataclasses
import json
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras

from tfmtl.features import Feature
from tfmtl.models import MultiTaskModel
from tfmtl.tasks import Task


@dataclasses.dataclass(frozen=True)
class ModelMaker:
    """Makes a model of a class; what a protocol has instead of a model.

    Args:
        model: Class of the model.
        options: Arguments of its constructor beside features, tasks, seed:
            what JSON has, or Keras can save.

    Example:

    >>> make = ModelMaker(tfmtl.models.MMoE, {"num_experts": 2})
    >>> model = make(
    ...     [tfmtl.CategoricalFeature("user", 9, embedding_dim=2)],
    ...     [tfmtl.BinaryTask("click")], seed=0)
    >>> model.num_experts
    2
    """

    model: type[MultiTaskModel]
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __call__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        seed: int,
        **options: Any,
    ) -> MultiTaskModel:
        """Returns a new model.

        Args:
            features: Features of the model.
            tasks: Tasks of the model.
            seed: Makes weights and draws repeatable.
            **options: Arguments that go before those of the maker.
        """
        return self.model(
            features, tasks, seed=seed, **{**self.options, **options}
        )

    def config(self) -> dict[str, Any]:
        """Returns class and options, as they stand in a protocol file."""
        config: dict[str, Any] = {"model": self.model.__name__}
        if self.options:
            config["options"] = json.loads(
                json.dumps(
                    dict(self.options),
                    default=keras.saving.serialize_keras_object,
                )
            )
        return config

    @staticmethod
    def options_of(config: Mapping[str, Any]) -> dict[str, Any]:
        """Returns options as they were before they stood in a protocol file.

        Lists become tuples, and what Keras can save is what it was.

        Args:
            config: `config()["options"]`.
        """
        return {name: _restored(value) for name, value in config.items()}


def _restored(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_restored, value))
    if isinstance(value, dict) and "class_name" in value:
        return keras.saving.deserialize_keras_object(value)
    return value
