"""Census-Income (KDD): two tasks without an order."""

import dataclasses
import functools
from typing import ClassVar

import numpy as np
import pandas as pd

from tfmtl.datasets import census_income
from tfmtl.datasets import hashing
from tfmtl.datasets.table_encoder import TableEncoder
from tfmtl.experiments.data import Data
from tfmtl.experiments.presets import frames
from tfmtl.experiments.presets.preset import Preset

_TRAIN, _TEST = "census-income.data", "census-income.test"
_TEST_SEED, _DEV_SEED = 1, 2


@dataclasses.dataclass(frozen=True)
class CensusIncome(Preset):
    """`tfmtl.datasets.census_income`: income over 50,000 $, never married.

    Trained on `census-income.data` and tested on `census-income.test`; one
    row in ten of the former, by a hash, is dev. Where only the latter is
    there, a third of its rows is the test, and the rest takes the place of
    the former.

    Args:
        folder: Folder of the files, as downloaded.
        embedding_dim: Width of each feature's embedding.
    """

    name: ClassVar[str] = "census_income"

    folder: str = ""
    embedding_dim: int = 8

    def load(self, seed: int) -> Data:
        """Returns the data, which are the same for all seeds."""
        return _load(self)


@functools.lru_cache(maxsize=1)
def _load(preset: CensusIncome) -> Data:
    paths = [census_income.find(preset.folder, n) for n in (_TRAIN, _TEST)]
    if not preset.folder or paths[1] is None:
        raise ValueError(
            f"`folder` should hold {_TRAIN} and {_TEST}, plain or .gz; "
            "download data set 117 of the UCI Machine Learning Repository. "
            f"Received: folder={preset.folder!r}."
        )
    test = census_income.read(paths[1])
    division = f"trained on {_TRAIN}, tested on {_TEST}"
    if paths[0] is None:
        division = f"{_TEST} alone, a third of its rows for the test"
        train, test = _divide(test, 1 / 3, _TEST_SEED)
    else:
        train = census_income.read(paths[0])
    train, dev = _divide(train, 0.1, _DEV_SEED)
    return frames.encoded(
        train,
        dev,
        test,
        TableEncoder(
            census_income.CATEGORIES,
            census_income.NUMBERS,
            embedding_dim=preset.embedding_dim,
        ),
        census_income.TASKS,
        description=(
            f"Census-Income (KDD) of the UCI repository, {division}; dev is "
            "one row in ten of what would be trained on"
        ),
    )


def _divide(
    frame: pd.DataFrame, share: float, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sets a share of the rows aside, always the same ones."""
    aside = hashing.uniform(np.arange(len(frame)), seed) < share
    return frame[~aside], frame[aside]
