"""`python -m pipeline.funnel.prepare`: The Complete Journey as three splits."""

import argparse
import os
from typing import Any

import pandas as pd

from pipeline.components.count_argument import count_or_all
from pipeline.components.split_files import write_splits
from pipeline.funnel import columns
from tfmtl.datasets import complete_journey
from tfmtl.datasets.complete_journey.cache import BUILDER_VERSION


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
    names = [column.name for column in columns.COLUMNS]
    names += [task.name for task in columns.TASKS]
    names += ["exposure_id", "household_id"]
    wanted = {"requested": rows, "columns": names, "builder": BUILDER_VERSION}

    def make() -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
        exposures = complete_journey.funnel()
        parts = complete_journey.split_with_dev(exposures, rows)
        return {name: part[names] for name, part in parts.items()}, {}

    return dict(write_splits(data_dir, wanted, make)["rows"])


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rows",
        type=count_or_all,
        default="100000",
        help="least number of exposures, of whole households, or 'all'",
    )
    parser.add_argument("--home", required=True, help="folder of the job")
    arguments = parser.parse_args()
    data_dir = os.path.join(arguments.home, "data")
    try:
        counts = prepare(arguments.rows, data_dir)
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
