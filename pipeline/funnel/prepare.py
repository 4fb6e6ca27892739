"""`python -m pipeline.funnel.prepare`: The Complete Journey as three splits."""

import argparse
import json
import os
import shutil
from pathlib import Path

import pandas as pd

from pipeline.funnel import columns
from tfmtl.datasets import complete_journey
from tfmtl.datasets.complete_journey.sampling import hash_ids
from tfmtl.datasets.complete_journey.sampling import sample_households

_DEV_SHARE = 10  # one household in ten
_MANIFEST = "splits.json"
_SHUFFLE_SEED = 0


def split(frame: pd.DataFrame, rows: int | None) -> dict[str, pd.DataFrame]:
    """Splits exposures into train, dev and eval.

    Eval is what comes after `complete_journey.TRAIN_END`. Dev, on which
    training stops early, is whole households of the time before, one in ten
    by a hash. Campaigns whose labels come true past the boundary are in none.

    Args:
        frame: Exposures, as `complete_journey.funnel` gives them.
        rows: Least number of exposures to keep; None for all.
    """
    kept = pd.concat(complete_journey.split_by_time(frame, gap=True))
    if rows is not None:
        kept = sample_households(kept, rows)
    past, future = complete_journey.split_by_time(kept)
    households = past["household_id"].to_numpy()
    # Other bits of the hash than those that order the sample of households.
    is_dev = (hash_ids(households) >> 8) % _DEV_SHARE == 0
    return {"train": past[~is_dev], "dev": past[is_dev], "eval": future}


def prepare(rows: int | None, data_dir: str) -> dict[str, int]:
    """Writes the splits as Parquet, unless they are there already.

    Args:
        rows: Least number of exposures, of whole households; None for all.
        data_dir: Folder that gets a folder per split.

    Returns:
        Number of rows per split.
    """
    target = Path(data_dir)
    manifest = target / _MANIFEST
    if manifest.exists():
        written = json.loads(manifest.read_text("utf-8"))
        if written["requested"] == rows:
            return written["rows"]
    parts = split(complete_journey.funnel(), rows)
    names = [column.name for column in columns.COLUMNS]
    names += [task.name for task in columns.TASKS]
    names += ["exposure_id", "household_id"]
    # Written aside and renamed: a killed run leaves nothing half-written.
    partial = target.with_name(f"{target.name}.tmp-{os.getpid()}")
    for name, part in parts.items():
        (partial / name).mkdir(parents=True)
        # In any order, because statistics are sampled by blocks of rows.
        part = part[names].sample(frac=1.0, random_state=_SHUFFLE_SEED)
        part.to_parquet(partial / name / "part-0.parquet", index=False)
    counts = {name: len(part) for name, part in parts.items()}
    text = json.dumps({"requested": rows, "rows": counts}, indent=2)
    (partial / _MANIFEST).write_text(text + "\n", "utf-8")
    if target.exists():
        shutil.rmtree(target)
    partial.rename(target)
    return counts


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
        rows = None if arguments.rows == "all" else int(arguments.rows)
        counts = prepare(rows, data_dir)
    except ValueError as error:
        parser.error(str(error))
    total = sum(counts.values())
    parts = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    print(f"Data: {total:,} exposures ({parts}) in {data_dir}")


if __name__ == "__main__":
    main()
