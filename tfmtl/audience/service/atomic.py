"""Folders and files that are there in full or not at all."""

import contextlib
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

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
    for left in path.parent.glob(f".{path.name}-*"):
        if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    aside = path.parent / f".{path.name}-{uuid.uuid4().hex}"
    aside.mkdir()
    try:
        yield aside
        if not path.exists():
            os.rename(aside, path)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Gives a file to write to, which gets its name when all is written.

    Args:
        path: The name. A file that has it already is replaced.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.parent / f".{uuid.uuid4().hex}-{path.name}"
    try:
        yield aside
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Writes a file in one go.

    Args:
        path: The file.
        text: What is to stand in it.
    """
    with new_file(path) as aside:
        aside.write_text(text, "utf-8")
