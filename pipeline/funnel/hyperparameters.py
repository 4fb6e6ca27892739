"""What the tuner of the funnel job may choose."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CHOSEN_FILE = "hyperparameters.json"


@dataclasses.dataclass(frozen=True)
class Hyperparameters:
    """Values that are tried out; the defaults hold without a tuner.

    Args:
        learning_rate: Learning rate of `LazyAdam`.
        dropout: Share of the units that the towers drop in training.
        width: Units of the first hidden layer; each further one has half of
            those before it.
        curriculum_floor: Rate of told labels at which PIMM's curriculum ends;
            at most 0.5, where it starts.
    """

    learning_rate: float = 1e-3
    dropout: float = 0.2
    width: int = 128
    curriculum_floor: float = 0.25

    @classmethod
    def chosen(cls, config: Mapping[str, Any] | None) -> "Hyperparameters":
        """Returns what TFX hands to the trainer.

        Args:
            config: Configuration of a `keras_tuner.HyperParameters`, or None
                where no tuner ran.
        """
        return cls() if config is None else cls(**config["values"])


DEFAULTS = Hyperparameters()


def latest_chosen(pipeline_root: str, trainer: str = "Trainer") -> Any:
    """Returns the values that the trainer was handed in its last execution.

    Args:
        pipeline_root: Folder of the components' outputs.
        trainer: Id of the trainer.

    Returns:
        Name to value, or None if no tuner chose.
    """
    folder = Path(pipeline_root, trainer, "model_run")
    files = folder.glob(f"*/{CHOSEN_FILE}")
    last = max(files, key=lambda file: int(file.parent.name))
    return json.loads(last.read_text("utf-8"))
