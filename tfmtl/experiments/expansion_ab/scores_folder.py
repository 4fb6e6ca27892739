"""Scores of models, kept until all of an experiment is done."""

import dataclasses
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tfmtl.experiments.expansion_ab.simulation import Simulation
from tfmtl.files import new_file

_LATER = ("size", "days", "repeats")  # they have nothing to do with models


class ScoresFolder:
    """A folder of what takes its time: the scores of each model.

    A command that was killed goes on with those that are there.

    Args:
        path: The folder.
        simulation: What they are of.

    Raises:
        ValueError: If the folder holds those of another simulation.
    """

    def __init__(
        self, path: str | os.PathLike[str], simulation: Simulation
    ) -> None:
        self.path = Path(path)
        content = dataclasses.asdict(simulation)
        content = {k: v for k, v in content.items() if k not in _LATER}
        file = self.path / "simulation.json"
        if file.is_file() and json.loads(file.read_text("utf-8")) != content:
            raise ValueError(
                "The folder holds another simulation; choose another folder, "
                "or give the same sizes. "
                f"Received: folder={str(self.path)!r}, it holds "
                f"{file.read_text('utf-8').strip()}."
            )
        self._write(file, json.dumps(content).encode())

    def __call__(self, name: str, make: Callable[[], np.ndarray]) -> np.ndarray:
        """Returns scores that are kept, or makes and keeps them.

        Args:
            name: Name of the model.
            make: Makes them.
        """
        file = self.path / f"{name.replace(', ', '-').replace(' ', '_')}.npy"
        if not file.is_file():
            buffer = io.BytesIO()
            np.save(buffer, make())
            self._write(file, buffer.getvalue())
        return np.load(file)

    def _write(self, file: Path, content: bytes) -> None:
        with new_file(file) as aside:
            aside.write_bytes(content)
