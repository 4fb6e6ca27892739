"""Tables of files and databases."""

import os

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from pyarrow import parquet

from tfmtl.database import Database


def read_parquet(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Returns the rows of a Parquet file, or of a folder of them.

    Args:
        path: The file or folder.

    Raises:
        ValueError: If there is none, or it is not Parquet.
    """
    try:
        return parquet.read_table(path).to_pandas()
    except (FileNotFoundError, pa.ArrowInvalid) as error:
        raise ValueError(
            "There should be a Parquet file, or a folder of them. "
            f"Received: path={os.fspath(path)!r}, {error}."
        ) from error


def read_table(url: str, name: str) -> pd.DataFrame:
    """Returns the rows of a table of a database.

    Args:
        url: A URL of SQLAlchemy.
        name: Name of the table or view.

    Raises:
        ValueError: If there is no such database or table.
    """
    with Database(url).reading() as connection:
        try:
            table = sa.Table(name, sa.MetaData(), autoload_with=connection)
        except sa.exc.NoSuchTableError as error:
            known = sorted(sa.inspect(connection).get_table_names())
            raise ValueError(
                "The database should have the table. "
                f"Received: table={name!r}, {url!r} has {known}."
            ) from error
        result = connection.execute(sa.select(table))
        return pd.DataFrame(result.fetchall(), columns=list(result.keys()))
