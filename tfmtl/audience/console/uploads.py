"""Files that are uploaded, for as long as they are looked at."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from pathlib import PurePath

from fastapi import UploadFile

from tfmtl.audience.service.reworded import reworded

ID_FILES = (".csv", ".txt", ".parquet")
LOG_FILES = (".jsonl", ".json", ".parquet")
# What an argument of the store is called on the page.
_FIELDS = {
    "`quarantine=True`": '"Put bad rows aside"',
    "`min_known`": '"Known at least"',
    "`min_seeds`": "`--min-seeds` when the console is started",
}


@contextlib.contextmanager
def uploaded(upload: UploadFile, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Gives a file that was uploaded, and takes it away afterwards.

    Errors name the file as its owner does.

    Args:
        upload: What was uploaded.
        suffixes: The ends of names that can be read.

    Raises:
        ValueError: If no file was chosen, or the name has another end.
    """
    name = PurePath(upload.filename or "").name
    suffix = PurePath(name).suffix.lower()
    if suffix not in suffixes:
        raise ValueError(
            "A file should be chosen whose name ends with "
            f"{', '.join(suffixes)}. Received: {name or 'no file'!r}."
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{suffix}"
        with path.open("wb") as file:
            shutil.copyfileobj(upload.file, file)
        try:
            yield path
        except ValueError as error:
            text = reworded(error, {str(path): name, **_FIELDS})
            raise ValueError(text) from error
