"""A folder of prepared data, which appears at once or not at all."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

VOCABULARY = "vocabulary.parquet"


class Scratch(NamedTuple):
    """Where to write meanwhile.

    Args:
        new: Folder of what is to appear.
        aside: Folder of what is not.
    """

    new: Path
    aside: Path


@contextlib.contextmanager
def prepared_folder(output: Path) -> Iterator[Scratch]:
    """Gives folders to write to, of which one gets the name in the end.

    Output of an earlier run, which has a vocabulary, is replaced. What is
    written to meanwhile is beside it, and goes away if an error comes.

    Args:
        output: The name.

    Raises:
        ValueError: If there are other things under that name.
    """
    strangers = output.exists() and not (output / VOCABULARY).is_file()
    if strangers and (output.is_file() or any(output.iterdir())):
        raise ValueError(
            "`output_dir` should be new, empty, or written by an earlier run; "
            f"choose another folder. Received: output_dir={str(output)!r}."
        )
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        dir=output.parent, prefix=f".{output.name}-"
    ) as folder:
        scratch = Scratch(Path(folder) / "new", Path(folder))
        scratch.new.mkdir()
        yield scratch
        if output.exists():
            output.rename(scratch.aside / "old")
        scratch.new.rename(output)
