"""A planted conversion path whose true probabilities are known."""

import dataclasses
from typing import ClassVar

from tfmtl.datasets import synthetic
from tfmtl.datasets.synthetic import SyntheticPath
from tfmtl.experiments.data import Data
from tfmtl.experiments.part import Part
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.settings import Settings
from tfmtl.layers.sizes import check_sizes


@dataclasses.dataclass(frozen=True)
class Synthetic(Preset):
    """Rows of `tfmtl.datasets.synthetic.conversion_path`, new for each seed.

    The steps share most of what makes users go on, and the last has few
    positives. Sizes and training are such that every model learns the first
    step (with more ids some stop on a plateau of it), and that patience
    outlasts the noise of the last step's few positives on dev.

    Args:
        rows: Rows to train on, to choose by, and to test on.
        rates: Share of the rows that reach each step.
        vocabulary_sizes: Ids of each field.
        signal: Standard deviation of the logit of one step.
        own_share: Share of that variance that a step has for itself.

    Raises:
        ValueError: If `rows` are not three positive whole numbers.
    """

    name: ClassVar[str] = "synthetic"
    tower_units: ClassVar[tuple[int, ...]] = (64, 32)
    man_units: ClassVar[tuple[tuple[int, ...], tuple[int, ...]]] = (
        (64,),
        (32,),
    )
    settings: ClassVar[Settings] = Settings(
        batch_size=512, learning_rates=(3e-3,), epochs=20, patience=5
    )

    rows: tuple[int, int, int] = (40_000, 20_000, 100_000)
    rates: tuple[float, ...] = (0.4, 0.06, 0.003)
    vocabulary_sizes: tuple[int, ...] = (60, 50, 40, 30, 20, 10)
    signal: float = 1.5
    own_share: float = 0.1

    def __post_init__(self) -> None:
        if not isinstance(self.rows, tuple) or len(self.rows) != 3:
            raise ValueError(
                "`rows` should be three numbers, to train on, to choose by and "
                "to test on; synthetic data have no other size. "
                f"Received: rows={self.rows!r}."
            )
        for rows in self.rows:
            check_sizes(rows=rows)

    def load(self, seed: int) -> Data:
        """Makes up the rows of one seed."""
        total = sum(self.rows)
        path = synthetic.conversion_path(
            total,
            len(self.rates),
            seed=seed,
            rates=self.rates,
            vocabulary_sizes=self.vocabulary_sizes,
            signal=self.signal,
            own_share=self.own_share,
        )
        train, dev, test = path.split(
            [rows / total for rows in self.rows], seed
        )
        return Data(
            path.features,
            path.tasks,
            _part(train),
            _part(dev),
            _part(test),
            description=(
                "synthetic rows of tfmtl.datasets.synthetic.conversion_path, "
                f"{len(self.rates)} steps, reached by "
                f"{' / '.join(map(str, self.rates))} of the rows, made anew "
                "and divided at random for each seed; their true "
                "probabilities are known"
            ),
            best={f"{k}_auc": v for k, v in test.bayes_auc().items()},
        )


def _part(path: SyntheticPath) -> Part:
    return Part(path.x, path.y)
