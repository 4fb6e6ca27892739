"""The rows of Ali-CCP: the skeleton joined with the common features."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tfmtl.datasets.ali_ccp import feature_strings
from tfmtl.datasets.ali_ccp.common_features import CommonFeatures
from tfmtl.datasets.ali_ccp.feature_strings import MISSING
from tfmtl.datasets.ali_ccp_schema import REMEDY
from tfmtl.datasets.malformed_row import MalformedRow
from tfmtl.datasets.raw_table import RawTable

_COLUMNS = ("id", "click", "purchase", "common_index", "n", "features")
_USED = ("click", "purchase", "common_index", "features")
_CLASSES = pa.array([b"0", b"1"])


@dataclasses.dataclass(frozen=True)
class Samples:
    """A chunk of joined rows.

    Args:
        rows: Their numbers in the file, from 0.
        click: `(rows,)` int8.
        purchase: `(rows,)` int8.
        values: `(rows, 18)` int32, raw ids, `MISSING` where there is none.
    """

    rows: np.ndarray
    click: np.ndarray
    purchase: np.ndarray
    values: np.ndarray

    def take(self, kept: np.ndarray) -> "Samples":
        """Returns the rows for which `kept` is true."""
        return Samples(
            self.rows[kept],
            self.click[kept],
            self.purchase[kept],
            self.values[kept],
        )


def read_samples(path: Path, common: CommonFeatures) -> Iterator[Samples]:
    """Yields the rows of a skeleton file, joined with the common features.

    A common entry overrides a sample's entry of the same field.

    Raises:
        TableError: A line that cannot be read, by number.
    """
    table = RawTable(path, _COLUMNS, REMEDY)
    for first, batch in table.chunks(_USED):
        with table.located(first):
            click, purchase, names, features = batch.columns
            rows = np.arange(first, first + len(batch))
            labels = _labels(click, "click"), _labels(purchase, "purchase")
            shared = common.look_up(names)
            own = feature_strings.parse(features)
            values = np.where(shared == MISSING, own, shared)
        yield Samples(rows, *labels, values)


def _labels(column: pa.BinaryArray, name: str) -> np.ndarray:
    good = pc.is_in(column, value_set=_CLASSES).to_numpy(False)
    if not good.all():
        row = int(np.argmin(good))
        raise MalformedRow(
            row, name, "A label must be 0 or 1.", column[row].as_py()
        )
    return pc.equal(column, b"1").to_numpy(False).astype(np.int8)
