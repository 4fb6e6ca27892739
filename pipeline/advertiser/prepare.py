"""`python -m pipeline.advertiser.prepare`: The Complete Journey as tables."""

import argparse
import os
from typing import Any

import numpy as np
import pandas as pd

from pipeline.components.count_argument import count_or_all
from pipeline.components.split_files import write_splits
from tfmtl.datasets import complete_journey
from tfmtl.datasets.complete_journey.cache import BUILDER_VERSION
from tfmtl.datasets.hashing import uniform
from tfmtl.datasets.windows.window_spec import ADVERTISER


def prepare(advertisers: int | None, data_dir: str) -> dict[str, int]:
    """Writes facts, advertisers and scenarios, unless they are there already.

    Args:
        advertisers: Number of advertisers, drawn by their ids; None for all.
        data_dir: Folder that gets a folder per table.

    Returns:
        Number of rows per table.

    Raises:
        ValueError: If the folder holds data that this function did not write.
    """
    wanted = {"requested": advertisers, "builder": BUILDER_VERSION}

    def make() -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
        facts = complete_journey.advertiser_facts()
        profiles = complete_journey.advertisers()
        profiles = profiles.rename(columns={"manufacturer_id": ADVERTISER})
        if advertisers is not None:
            ids = np.unique(facts[ADVERTISER])
            chosen = ids[np.argsort(uniform(ids))[:advertisers]]
            facts = facts[facts[ADVERTISER].isin(chosen)]
        scenarios = complete_journey.advertiser_scenarios()
        tables = {
            "facts": facts,
            "advertisers": profiles,
            "scenarios": scenarios,
        }
        return tables, {}

    return dict(write_splits(data_dir, wanted, make)["rows"])


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--advertisers",
        type=count_or_all,
        default="all",
        help="number of advertisers, or 'all'",
    )
    parser.add_argument("--home", required=True, help="folder of the job")
    arguments = parser.parse_args()
    data_dir = os.path.join(arguments.home, "data")
    try:
        counts = prepare(arguments.advertisers, data_dir)
    except ValueError as error:
        parser.error(str(error))
    tables = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    print(f"Data: {tables} in {data_dir}")


if __name__ == "__main__":
    main()
