"""What lets Keras save a dataclass."""

import dataclasses
from typing import Any


class Configurable:
    """Lets Keras save a dataclass inside a model's configuration."""

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        return {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)  # type: ignore[arg-type]
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Returns the object that `get_config` describes."""
        return cls(**config)
