"""What a table can have as a row."""

import abc
import dataclasses
from typing import Any

from tfmtl.experiments.protocol_data import ProtocolData
from tfmtl.experiments.run import Run
from tfmtl.experiments.settings import Settings


@dataclasses.dataclass(frozen=True)
class Entrant(abc.ABC):
    """One row of a table, whatever it is tested on.

    Args:
        name: What it is called there.
    """

    name: str

    @property
    def min_epochs(self) -> int:
        """Epochs before training may stop early."""
        return 1

    @abc.abstractmethod
    def check_data(self, data: ProtocolData) -> None:
        """Raises `ValueError` if it cannot take these data."""

    @abc.abstractmethod
    def run(
        self, data: ProtocolData, *, preset: str, settings: Settings, seed: int
    ) -> Run:
        """Learns without a look at the test part, and is tested once.

        Args:
            data: Data of this seed.
            preset: Name of the data's preset.
            settings: What training has in common for all.
            seed: Seed of weights, order and draws.
        """

    @abc.abstractmethod
    def config(self) -> dict[str, Any]:
        """Returns what the entrant is, as it stands in a protocol file."""
