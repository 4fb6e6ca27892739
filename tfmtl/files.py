"""Folders and files that are there in full or not at all."""

import contextlib
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

_ABANDONED_SECONDS = 3600


@contextlib.contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Gives a folder to write to, which gets its name when all is written.

    A killed process leaves a folder whose name begins with a point; nobody
    reads it, and the next one that writes beside it takes it away.

    Args:
        path: The name. What has it already is kept, and the new one dropped.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_abandoned(path.parent, f".{path.name}-*")
    aside = path.parent / f".{path.name}-{uuid.uuid4().hex}"
    aside.mkdir()
    try:
        yield aside
        try:
            os.rename(aside, path)
        except OSError:  # as another one may have written it meanwhile
            if not path.exists():
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextlib.contextmanager
def new_file(path: Path, folder: Path | None = None) -> Iterator[Path]:
    """Gives a file to write to, which gets its name when all is written.

    Args:
        path: The name. A file that has it already is replaced.
        folder: Where to write before, on the same disk; None for beside it.
            The name there begins with a point.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = folder or path.parent
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{path.name}.{uuid.uuid4().hex}"
    try:
        yield aside
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def remove_abandoned(folder: Path, pattern: str) -> None:
    """Removes what killed processes were writing, an hour ago or longer.

    What is younger may be another process's that is still at it.

    Args:
        folder: Where they were writing.
        pattern: What the names are like.
    """
    for left in folder.glob(pattern):
        # Whoever is at it gives it its name meanwhile.
        with contextlib.suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime < _ABANDONED_SECONDS:
                continue
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink()


def write_parquet(rows: pd.DataFrame, path: Path) -> None:
    """Writes a Parquet file in one go.

    Args:
        rows: What is to stand in it; the index is left out.
        path: The file.
    """
    with new_file(path) as aside:
        rows.to_parquet(aside, index=False)


def write_text(path: Path, text: str) -> None:
    """Writes a file in one go.

    Args:
        path: The file.
        text: What is to stand in it.
    """
    with new_file(path) as aside:
        aside.write_text(text, "utf-8")
