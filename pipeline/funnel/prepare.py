"""`python -m pipeline.funnel.prepare`: The Complete Journey as three splits."""

import argparse
import json
import os
import shutil
from pathlib import Path
from typing import Any

from pipeline.funnel import columns
from tfmtl.datasets import complete_journey
from tfmtl.datasets.complete_journey.cache import BUILDER_VERSION

_MANIFEST = "splits.json"
_SHUFFLE_SEED = 0


def prepare(rows: int | None, data_dir: str) -> dict[str, int]:
    """Writes the splits as Parquet, unless they are there already.

    Args:
        rows: Least number of exposures, of whole households; None for all.
        data_dir: Folder that gets a folder per split.

    Returns:
        Number of rows per split.

    Raises:
        ValueError: If the folder holds data that this function did not write.
    """
    target = Path(data_dir)
    names = [column.name for column in columns.COLUMNS]
    names += [task.name for task in columns.TASKS]
    names += ["exposure_id", "household_id"]
    wanted = {"requested": rows, "columns": names, "builder": BUILDER_VERSION}
    written = _read_manifest(target)
    if written is not None and wanted.items() <= written.items():
        return dict(written["rows"])
    parts = complete_journey.split_with_dev(complete_journey.funnel(), rows)
    counts = {name: len(part) for name, part in parts.items()}
    # Written aside and renamed: a killed run leaves nothing half-written.
    partial = target.with_name(f"{target.name}.tmp")
    shutil.rmtree(partial, ignore_errors=True)
    for name, part in parts.items():
        (partial / name).mkdir(parents=True)
        # In any order, because statistics are sampled by blocks of rows.
        part = part[names].sample(frac=1.0, random_state=_SHUFFLE_SEED)
        part.to_parquet(partial / name / "part-0.parquet", index=False)
    manifest = json.dumps({**wanted, "rows": counts}, indent=2)
    (partial / _MANIFEST).write_text(manifest + "\n", "utf-8")
    former = target.with_name(f"{target.name}.old")
    shutil.rmtree(former, ignore_errors=True)
    if target.exists():
        target.rename(former)
    partial.rename(target)
    shutil.rmtree(former, ignore_errors=True)
    return counts


def _read_manifest(target: Path) -> dict[str, Any] | None:
    """Returns what stands in the folder; None if there is nothing."""
    if not target.exists():
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


def _parse_rows(text: str) -> int | None:
    if text == "all":
        return None
    if not text.isdecimal():
        raise ValueError(
            "--rows should be a whole number or 'all'. "
            f"Received: --rows={text!r}."
        )
    return int(text)


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rows",
        default="100000",
        help="least number of exposures, of whole households, or 'all'",
    )
    parser.add_argument("--home", required=True, help="folder of the job")
    arguments = parser.parse_args()
    data_dir = os.path.join(arguments.home, "data")
    try:
        counts = prepare(_parse_rows(arguments.rows), data_dir)
    except ValueError as error:
        parser.error(str(error))
    total = sum(counts.values())
    parts = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    print(
        f"Data: {total:,} exposures ({parts}) in {data_dir}; left out are "
        "campaigns before the split whose labels come true after it"
    )


if __name__ == "__main__":
    main()
