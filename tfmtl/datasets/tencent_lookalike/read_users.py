"""Some of the users that `prepare` wrote, in memory."""

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import dataset

from tfmtl.datasets.tencent_lookalike.schema import USER_FIELDS
from tfmtl.datasets.tencent_lookalike.user_lines import USER_ID


def read_users(
    output_dir: str | os.PathLike[str], users: np.ndarray
) -> dict[str, np.ndarray]:
    """Returns the fields of users, `(users,)` or `(users, length)` int32.

    Args:
        output_dir: The folder given to `prepare`.
        users: Their ids, in order and each once; all are known.
    """
    folder = dataset.dataset(Path(output_dir) / "users")
    table = folder.to_table(filter=pc.field(USER_ID).isin(pa.array(users)))
    table = table.sort_by(USER_ID).combine_chunks()
    return {
        field: _filled(table[field], length)
        for field, length in USER_FIELDS.items()
    }


def _filled(column: pa.ChunkedArray, width: int | None) -> np.ndarray:
    if width is None:
        return column.to_numpy()
    lengths = pc.list_value_length(column).to_numpy()
    matrix = np.zeros((len(lengths), width), np.int32)
    matrix[np.arange(width) < lengths[:, np.newaxis]] = pc.list_flatten(column)
    return matrix
