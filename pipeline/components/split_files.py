"""Writes the data of a job as a folder of Parquet files per split."""

import json
import os
import shutil
from collections.abc import Callable
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

_MANIFEST = "splits.json"
_SHUFFLE_SEED = 0


def write_splits(
    data_dir: str | os.PathLike[str],
    wanted: Mapping[str, Any],
    make: Callable[[], tuple[Mapping[str, pd.DataFrame], Mapping[str, Any]]],
) -> dict[str, Any]:
    """Writes the splits as Parquet, unless they are there already.

    They are written aside and renamed: a killed run leaves nothing
    half-written. The rows are in any order, because statistics are sampled by
    blocks of rows.

    Args:
        data_dir: Folder that gets a folder per split.
        wanted: What tells these splits from others; values that JSON knows.
        make: Returns the splits by name, and what else to note of them.

    Returns:
        What was noted of them, with `rows` by split.

    Raises:
        ValueError: If the folder holds data that this function did not write.
    """
    target = Path(data_dir)
    wanted = json.loads(json.dumps(wanted))
    written = _read_manifest(target)
    if written is not None and wanted.items() <= written.items():
        return written
    parts, notes = make()
    partial = target.with_name(f"{target.name}.tmp")
    shutil.rmtree(partial, ignore_errors=True)
    for name, part in parts.items():
        (partial / name).mkdir(parents=True)
        part = part.sample(frac=1.0, random_state=_SHUFFLE_SEED)
        part.to_parquet(partial / name / "part-0.parquet", index=False)
    rows = {name: len(part) for name, part in parts.items()}
    manifest = {**wanted, **notes, "rows": rows}
    (partial / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    former = target.with_name(f"{target.name}.old")
    shutil.rmtree(former, ignore_errors=True)
    if target.exists():
        target.rename(former)
    partial.rename(target)
    shutil.rmtree(former, ignore_errors=True)
    return manifest


def _read_manifest(target: Path) -> dict[str, Any] | None:
    """Returns what stands in the folder; None if there is nothing."""
    if not target.exists() or not any(target.iterdir()):
        return None
    manifest = target / _MANIFEST
    if not manifest.exists():
        raise ValueError(
            f"{target} should be empty or written by this command: it holds "
            "other data, which would be lost. Use another --home. "
            f"Received: {sorted(path.name for path in target.iterdir())}."
        )
    content: dict[str, Any] = json.loads(manifest.read_text("utf-8"))
    return content
