"""Tables read and written."""

import os
import uuid
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from pyarrow import parquet

from tfmtl.audience.store.database import Database


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


def write_parquet(rows: pd.DataFrame, path: Path) -> None:
    """Writes rows, in full or not at all.

    Args:
        rows: The rows.
        path: The file.
    """
    write_whole(path, lambda aside: rows.to_parquet(aside, index=False))


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Writes a file aside, then puts it into its place.

    Args:
        path: The file.
        write: Writes what is handed to it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        write(aside)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
