"""What is known of an advertiser or of a scenario, for each sample."""

import os
from collections.abc import Mapping

import numpy as np
import pandas as pd

from tfmtl.datasets import checks
from tfmtl.datasets.checks.columns import require_columns


def join(
    samples: Mapping[str, np.ndarray],
    table: pd.DataFrame,
    key: str,
    source: str | os.PathLike[str] = "table",
) -> dict[str, np.ndarray]:
    """Returns the samples with the columns of a table.

    Args:
        samples: Samples, without a column of the table but the key.
        table: One row a value of the key, and what is known of it.
        key: `"advertiser_id"` or `"scenario"`.
        source: Where the table came from, for messages.

    Returns:
        The samples and the table's columns. Where the table lacks a value,
        numbers are NaN and texts None.

    Raises:
        TableError: If the key is not in the table or of another kind than
            that of the samples, a value is there twice, or a column is one of
            the samples, too.

    Example:

    >>> table = pd.DataFrame({"scenario": [1, 2], "channel": [3, 4]})
    >>> join({"scenario": np.array([2, 2])}, table, "scenario")["channel"]
    array([4, 4])
    """
    require_columns(table, [key], source)
    taken = [name for name in table if name != key and name in samples]
    if taken:
        raise checks.TableError.of(
            source,
            "The table must not have columns of the samples.",
            "Drop or rename them.",
            columns=taken,
        )
    if len(table):
        by_text = checks.TEXT.accepts(pd.Series(samples[key]))
        kind = checks.TEXT if by_text else checks.INTEGER
        checks.check_columns(table, {key: kind}, source)
    repeated = table[key].duplicated().to_numpy()
    if repeated.any():
        row = int(np.argmax(repeated))
        raise checks.TableError.of(
            source,
            f"Column {key!r} must hold every value once.",
            "Drop all rows of a value but one.",
            count=int(repeated.sum()),
            row=row,
            value=table[key].iloc[row],
        )
    found = table.set_index(key).reindex(samples[key])
    columns = {name: found[name].to_numpy() for name in found}
    return {**samples, **columns}
