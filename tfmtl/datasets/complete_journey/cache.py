"""Keeps built tables as Parquet files, so that the second call is quick."""

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from tfmtl.datasets.complete_journey import wheel
from tfmtl.files import write_parquet

# Raise it with every change of what a builder returns: it is in the name of
# the file, so that a table of an older builder is never read.
BUILDER_VERSION = 1


def cached(
    name: str,
    build: Callable[[], pd.DataFrame],
    cache_dir: str | os.PathLike[str] | None = None,
) -> pd.DataFrame:
    """Returns a table from its cache file; builds it first if need be.

    A file that cannot be read is built anew. A first call reads back what it
    wrote, so that every call returns the same types.

    Args:
        name: Name of the table.
        build: Called without arguments when there is no readable file.
        cache_dir: Folder of the files. By default `$TFMTL_CACHE`, or
            `~/.cache/tfmtl` if that is unset or empty.

    Returns:
        The table.
    """
    path = cache_path(name, cache_dir)
    frame = _read(path)
    if frame is None:
        write_parquet(build(), path)
        frame = pd.read_parquet(path)
    return frame


def cache_path(
    name: str, cache_dir: str | os.PathLike[str] | None = None
) -> Path:
    """Returns the file of a table: its name tells wheel and builder apart.

    Args:
        name: Name of the table.
        cache_dir: As in `cached`.

    Returns:
        The path, whether or not the file is there.
    """
    if cache_dir is None:
        cache_dir = os.environ.get("TFMTL_CACHE") or "~/.cache/tfmtl"
    key = f"{name}-{wheel.version()}-{BUILDER_VERSION}.parquet"
    return Path(cache_dir).expanduser() / "complete_journey" / key


def _read(path: Path) -> pd.DataFrame | None:
    if not path.exists():
        return None
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError):  # how pyarrow reports a damaged file
        return None
