"""What one run of the window cutting is to do; sent to every worker."""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.advertiser import columns
from pipeline.components.parquet_checks import open_parquet
from pipeline.components.parquet_checks import read_table
from tfmtl.datasets import checks
from tfmtl.datasets.hashing import hash_ids
from tfmtl.datasets.hashing import hash_texts
from tfmtl.datasets.windows import WindowSpec
from tfmtl.datasets.windows import join
from tfmtl.datasets.windows.window_spec import SCENARIO

FACTS, ADVERTISERS, SCENARIOS = "facts", "advertisers", "scenarios"
_MAX_BUCKETS = 1024  # files that are open at once


@dataclasses.dataclass(frozen=True, eq=False)
class WindowPlan:
    """Where facts and samples lie, and which samples there are to be.

    Advertisers are dealt out to buckets by a hash, so that a bucket is the
    same whatever the number of workers; each is small enough for memory.

    Args:
        spec: What is cut out.
        anchors: Last known days of each set of samples, datetime64[D].
        last_day: Last day that the facts may have.
        scenarios: One row a scenario, and its attributes.
        profile: Columns of `advertisers` that are taken.
        files: Parquet files of `facts` and of `advertisers`.
        buckets: Number of buckets.
        work: Folder for what is only needed meanwhile, the same for all
            workers.
        folders: Folder of what becomes of each set.
    """

    spec: WindowSpec
    anchors: Mapping[str, np.ndarray]
    last_day: np.datetime64
    scenarios: pd.DataFrame
    profile: Sequence[str]
    files: Mapping[str, list[str]]
    buckets: int
    work: str
    folders: Mapping[str, str]

    def bucket_of(self, advertisers: pd.Series) -> np.ndarray:
        """Returns the bucket of each advertiser, `(rows,)`.

        Args:
            advertisers: Numbers or texts.
        """
        values = advertisers.to_numpy()
        is_number = pd.api.types.is_integer_dtype(advertisers)
        hashes = hash_ids(values) if is_number else hash_texts(values)
        return (hashes % np.uint64(self.buckets)).astype(np.int64)


def make_plan(
    files: Mapping[str, list[str]],
    anchors: Mapping[str, np.ndarray],
    last_day: np.datetime64,
    bucket_rows: int,
    folders: Mapping[str, str],
    work: str,
) -> WindowPlan:
    """Returns what is to be done with the tables of the job.

    Args:
        files: Parquet files of facts, advertisers and scenarios.
        anchors: Last known days of each set of samples.
        last_day: Last day that the facts may have.
        bucket_rows: About so many facts are in memory at once.
        folders: Folder of what becomes of each set.
        work: Folder for what is only needed meanwhile.

    Raises:
        TableError: If a file cannot be read, or the table of scenarios is not
            as it should be.
    """
    return WindowPlan(
        spec=columns.SPEC,
        anchors=anchors,
        last_day=last_day,
        scenarios=read_scenarios(files[SCENARIOS]),
        profile=(*columns.PROFILE_TEXTS, *columns.PROFILE_NUMBERS),
        files={name: files[name] for name in (FACTS, ADVERTISERS)},
        buckets=min(-(-_rows(files[FACTS]) // bucket_rows) or 1, _MAX_BUCKETS),
        work=work,
        folders=folders,
    )


def read_scenarios(files: Sequence[str]) -> pd.DataFrame:
    """Returns the numbers of the scenarios and their attributes.

    Args:
        files: Parquet files.

    Raises:
        TableError: If a file cannot be read, a column is missing or holds
            other than whole numbers, or a scenario is there twice.
    """
    wanted = [SCENARIO, *columns.SCENARIO_ATTRIBUTES]
    tables = [read_table(path, wanted).to_pandas() for path in files]
    table = pd.concat(tables, ignore_index=True)
    checks.check_columns(table, dict.fromkeys(wanted, checks.INTEGER), files[0])
    join({SCENARIO: np.zeros(0)}, table, SCENARIO, files[0])  # each once?
    return table[wanted]


def _rows(files: Sequence[str]) -> int:
    rows = 0
    for path in files:
        with open_parquet(path) as file:
            rows += file.metadata.num_rows
    return rows
