"""`python -m pipeline.advertiser.request_rows`: one advertiser to be served."""

import argparse
import os
import sys
from pathlib import Path

import pandas as pd
import pyarrow.dataset as ds
import tensorflow as tf

from pipeline.advertiser import columns
from pipeline.advertiser import samples as samples_lib
from pipeline.advertiser.config import AdvertiserConfig
from pipeline.advertiser.tables import table_files
from pipeline.advertiser.window_plan import ADVERTISERS
from pipeline.advertiser.window_plan import FACTS
from pipeline.advertiser.window_plan import SCENARIOS
from pipeline.advertiser.window_plan import read_scenarios
from tfmtl.datasets import windows
from tfmtl.datasets.windows.window_spec import ADVERTISER
from tfmtl.datasets.windows.window_spec import KEYS
from tfmtl.datasets.windows.window_spec import SCENARIO
from tfmtl.files import write_parquet


def request_rows(
    config: AdvertiserConfig, advertiser: int | str
) -> pd.DataFrame:
    """Returns a row for each scenario, as the model is asked after them.

    An answer to all of them in one request tells what the advertiser will do
    in every scenario. Where it was never active, its history is 0.

    Args:
        config: Folders and settings of the job.
        advertiser: Its id.

    Returns:
        `advertiser_id` and the columns of a request, lists of a day's value
        each for histories.

    Raises:
        ValueError: If there is no fact of the advertiser, or the tables are
            not as they should be.
    """
    files = table_files(config.data_dir)
    names = [*KEYS, *(columns.SPEC.facts or ())]
    facts = _rows_of(files[FACTS], names, advertiser)
    if not len(facts):
        raise ValueError(
            "The advertiser should be one of the facts; look its id up there. "
            f"Received: advertiser={advertiser!r}."
        )
    profile = [ADVERTISER, *columns.PROFILE_TEXTS, *columns.PROFILE_NUMBERS]
    advertisers = _rows_of(files[ADVERTISERS], profile, advertiser)
    scenarios = read_scenarios(files[SCENARIOS])
    last = config.windows.last_known(files[FACTS])
    samples = windows.cut(
        facts,
        columns.SPEC,
        [last],
        scenarios=scenarios[SCENARIO],
        labels=False,
        last_day=last,
        source=os.path.dirname(files[FACTS][0]),
    )
    rows = samples_lib.request(
        samples_lib.described(samples, advertisers, scenarios)
    )
    flat = {
        name: values[:, 0] if values.shape[1] == 1 else list(values)
        for name, values in rows.items()
    }
    return pd.DataFrame({ADVERTISER: samples[ADVERTISER], **flat})


def busiest(forecasts: pd.DataFrame) -> int | str:
    """Returns the advertiser in most scenarios, of equals with most sales.

    Args:
        forecasts: What `forecast` wrote.
    """
    target = f"past_{columns.SPEC.targets[0]}"
    groups = forecasts.groupby(ADVERTISER)[target].agg(["size", "sum"])
    return groups.sort_values(["size", "sum"]).index.tolist()[-1]


def _rows_of(
    files: list[str], names: list[str], advertiser: int | str
) -> pd.DataFrame:
    wanted = ds.field(ADVERTISER) == advertiser
    table = ds.dataset(files).to_table(columns=names, filter=wanted)
    return table.to_pandas()


def main() -> None:
    """Runs the command; `ADVERTISER_HOME` names the folder of the job."""
    parser = argparse.ArgumentParser(description=__doc__)
    by_text = columns.KEYS[0].dtype == tf.string
    parser.add_argument(
        "--advertiser",
        type=str if by_text else int,
        help="its id; by default the busiest one",
    )
    parser.add_argument("--output", help="by default <home>/request.parquet")
    chosen = parser.parse_args()
    try:
        config = AdvertiserConfig.from_environment()
        advertiser = chosen.advertiser
        if advertiser is None:
            path = os.path.join(config.home, "forecasts.parquet")
            advertiser = busiest(pd.read_parquet(path))
        rows = request_rows(config, advertiser)
    except (ValueError, FileNotFoundError) as error:
        sys.exit(str(error))
    path = chosen.output or os.path.join(config.home, "request.parquet")
    write_parquet(rows, Path(path))
    print(
        f"Request: advertiser {advertiser} in {len(rows)} scenarios, with "
        f"{columns.SPEC.history} days of history, in {path}"
    )


if __name__ == "__main__":
    main()
