"""Ids of users that stand in files."""

import os
from pathlib import Path

import numpy as np
import pandas as pd

from tfmtl.audience.retrieval import UserBase
from tfmtl.audience.store.bad_rows import refuse
from tfmtl.audience.store.seed_checks import sort_out
from tfmtl.audience.store.seed_files import read_ids
from tfmtl.audience.store.user_ids import TEXT
from tfmtl.audience.store.user_ids import WHOLE
from tfmtl.audience.store.user_ids import typed


def ids_in(
    path: str | os.PathLike[str], id_column: str, dtype: np.dtype
) -> np.ndarray:
    """Returns the ids that a file lists, each once.

    Args:
        path: CSV, text or Parquet.
        id_column: Name of the column of ids; text has none.
        dtype: What the ids of the users are.

    Raises:
        TableError: If it cannot be read, or a row is bad.
    """
    kind = WHOLE if np.issubdtype(dtype, np.integer) else TEXT
    ids = read_ids(path, id_column, kind)
    bad, good = sort_out(ids._replace(texts=ids.texts.drop_duplicates()), kind)
    refuse(bad, os.fspath(path))
    return typed(good.tolist(), kind)


def audience_ids(
    users: UserBase, path: str | os.PathLike[str], dtype: np.dtype
) -> np.ndarray:
    """Returns the ids of an audience, best first.

    Args:
        users: All users.
        path: The file of the audience.
        dtype: What the ids of the users are.
    """
    name = users.id_column
    if Path(path).suffix == ".parquet":
        return pd.read_parquet(path, columns=[name])[name].to_numpy()
    # Text that looks like a number is text.
    column = pd.read_csv(path, usecols=[name], dtype={name: dtype})[name]
    return column.to_numpy()
