"""What the tests of the advertiser job share: small tables, made up."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import made_facts
from pipeline.advertiser import columns
from pipeline.advertiser.tables import table_files
from pipeline.advertiser.window_plan import make_plan
from pipeline.advertiser.window_settings import WindowSettings
from tfmtl.datasets import windows

ADVERTISERS = 40


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory):
    """Tables of 40 advertisers, the facts in two files of row groups."""
    folder = tmp_path_factory.mktemp("advertiser") / "data"
    made_facts.write_tables(folder, ADVERTISERS)
    path = folder / "facts" / "part-0.parquet"
    facts = pd.read_parquet(path).sample(frac=1.0, random_state=0)
    facts[:1000].to_parquet(path, index=False, row_group_size=300)
    second = folder / "facts" / "part-1.parquet"
    facts[1000:].to_parquet(second, index=False)
    return folder


@pytest.fixture(scope="session")
def facts(data_dir):
    return pd.read_parquet(data_dir / "facts")


@pytest.fixture(scope="session")
def scenarios(data_dir):
    return pd.read_parquet(data_dir / "scenarios")


@pytest.fixture(scope="session")
def advertisers(data_dir):
    return pd.read_parquet(data_dir / "advertisers")


@pytest.fixture(scope="session")
def split():
    return windows.TimeSplit.of(
        columns.SPEC,
        made_facts.START,
        made_facts.START + np.timedelta64(119, "D"),
    )


@pytest.fixture(scope="session")
def plan_in():
    """Maker of plans that write into a folder."""

    def make(data, folder, settings=None):
        settings = settings or WindowSettings(bucket_rows=700)
        files = table_files(str(data))
        split = settings.split(files["facts"], columns.SPEC)
        return make_plan(
            files,
            split.sets,
            split.last_day,
            settings.bucket_rows,
            {name: str(folder / f"Split-{name}") for name in split.sets},
            str(folder / "work"),
        )

    return make
