"""Data under a name, with what suits their size."""

import abc
import dataclasses
import json
from typing import Any
from typing import ClassVar

from tfmtl.experiments.protocol_data import ProtocolData
from tfmtl.experiments.settings import Settings
from tfmtl.layers.sizes import check_sizes


@dataclasses.dataclass(frozen=True)
class Preset(abc.ABC):
    """A way to get data; its arguments say how much of what.

    Attributes:
        name: Name of the preset.
        tower_units: Widths of the towers that suit the data.
        man_units: Widths of MAN's experts, and of its towers behind them.
        sequences: Names of the sequences whose steps M2M reads together, for
            each group; None for one group of all.
        scenario_features: Names of what makes M2M's weights; None for all
            categorical features.
        settings: Training that suits the data.
    """

    name: ClassVar[str]
    tower_units: ClassVar[tuple[int, ...]] = (128, 64, 32)
    man_units: ClassVar[tuple[tuple[int, ...], tuple[int, ...]]] = (
        (256, 128),
        (128, 16, 32),
    )
    sequences: ClassVar[tuple[tuple[str, ...], ...] | None] = None
    scenario_features: ClassVar[tuple[str, ...] | None] = None
    settings: ClassVar[Settings] = Settings()

    @abc.abstractmethod
    def load(self, seed: int) -> ProtocolData:
        """Returns the data of one seed; where there is but one, always that.

        Args:
            seed: Seed of the run.
        """

    def config(self) -> dict[str, Any]:
        """Returns name and arguments, as they stand in a protocol file."""
        arguments = json.loads(json.dumps(dataclasses.asdict(self)))
        return {"preset": self.name, **arguments}


def check_rows(rows: Any) -> None:
    """Refuses what is neither a number of rows nor None for all.

    Args:
        rows: What a preset was given.

    Raises:
        ValueError: If it is something else.
    """
    if isinstance(rows, list | tuple):
        raise ValueError(
            "`rows` should be one number, or None (`all` on the command line) "
            f"for all. Received: rows={rows!r}."
        )
    if rows is not None:
        check_sizes(rows=rows)
