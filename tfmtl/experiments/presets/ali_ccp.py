"""Ali-CCP, as `tfmtl.datasets.ali_ccp.prepare` wrote it."""

import dataclasses
import functools
from pathlib import Path
from typing import ClassVar

import numpy as np

from tfmtl.datasets import ali_ccp_schema
from tfmtl.experiments.data import Data
from tfmtl.experiments.part import Part
from tfmtl.experiments.presets import frames
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.presets.preset import check_rows
from tfmtl.experiments.settings import Settings

_PARTS = ("train", "dev", "test")


@dataclasses.dataclass(frozen=True)
class AliCcp(Preset):
    """Clicks and purchases of Ali-CCP, in memory.

    Vocabularies are from the training file, and dev is a part of it; the test
    is the official one. All rows take some 7 GB.

    Args:
        folder: Folder that `prepare` wrote.
        rows: Rows to take from the beginning of each part; None for all.
        embedding_dim: Width of each feature's embedding.

    Raises:
        ValueError: If `rows` is neither positive and whole nor None.
    """

    name: ClassVar[str] = "ali_ccp"
    settings: ClassVar[Settings] = Settings(batch_size=2000)

    folder: str = ""
    rows: int | None = None
    embedding_dim: int = 5

    def __post_init__(self) -> None:
        check_rows(self.rows)

    def load(self, seed: int) -> Data:
        """Returns the data, which are the same for all seeds."""
        return _load(self)


@functools.lru_cache(maxsize=1)
def _load(preset: AliCcp) -> Data:
    from tfmtl.datasets import ali_ccp  # needs pyarrow, which is an extra

    folder = Path(preset.folder)
    missing = [n for n in _PARTS if not (folder / f"{n}.parquet").is_file()]
    if not preset.folder or missing:
        raise ValueError(
            "`folder` should be one that tfmtl.datasets.ali_ccp.prepare "
            "wrote; download data set 408 from Tianchi and prepare it. "
            f"Received: folder={preset.folder!r}, missing={missing}."
        )
    train, dev, test = (
        _read(folder / f"{name}.parquet", preset.rows) for name in _PARTS
    )
    amount = "all" if preset.rows is None else f"the first {preset.rows:,}"
    return Data(
        ali_ccp.features(folder, preset.embedding_dim),
        list(ali_ccp.TASKS),
        train,
        dev,
        test,
        description=(
            f"Ali-CCP as AITM prepares it, {amount} rows of each part; dev is "
            "a part of the training file, the test is the official one"
        ),
    )


def _read(path: Path, rows: int | None) -> Part:
    import pyarrow.parquet as pq

    file, kept = pq.ParquetFile(path), []
    for batch in file.iter_batches():
        kept.append(batch.to_pandas())
        if rows is not None and sum(map(len, kept)) >= rows:
            break
    columns = {
        field: np.concatenate([frame[field].to_numpy() for frame in kept])
        for field in ali_ccp_schema.FIELDS
    }
    labels = [frames.labels(frame, ali_ccp_schema.TASKS) for frame in kept]
    y = {
        task.name: np.concatenate([part[task.name] for part in labels])
        for task in ali_ccp_schema.TASKS
    }
    return Part(
        {name: column[:rows] for name, column in columns.items()},
        {name: label[:rows] for name, label in y.items()},
    )
