"""A folder of raw files that a user has downloaded."""

from pathlib import Path


def check_source(source: Path, needed: list[str], remedy: str) -> None:
    """Refuses a folder of raw files that is not whole.

    Args:
        source: The folder.
        needed: Names of the files.
        remedy: Where they may be had.

    Raises:
        FileNotFoundError: If one is missing.
    """
    missing = [name for name in needed if not (source / name).is_file()]
    if missing:
        raise FileNotFoundError(
            f"`source_dir` should hold {', '.join(needed)}; {remedy} "
            f"Received: source_dir={str(source)!r}, missing={missing}."
        )
