"""A part of a log, as it was read."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from tfmtl.audience.store.bad_rows import BadRow


class Part(NamedTuple):
    """Some rows of a log, whose columns are each of one type.

    Args:
        rows: Their numbers in the file, from 0 on.
        table: What stands in them.
        bad: Rows that could not be read.
    """

    rows: np.ndarray
    table: pa.Table
    bad: list[BadRow]
