"""The rows of a bucket, checked and in order."""

import functools
import os

import numpy as np
import pandas as pd

from pipeline.advertiser.spill import FILE
from pipeline.advertiser.spill import ROW
from pipeline.advertiser.spill import read_bucket
from pipeline.advertiser.window_plan import ADVERTISERS
from pipeline.advertiser.window_plan import FACTS
from pipeline.advertiser.window_plan import WindowPlan
from tfmtl.datasets import checks
from tfmtl.datasets.windows.check_facts import check_unique
from tfmtl.datasets.windows.cut import sort_order
from tfmtl.datasets.windows.window_spec import ADVERTISER
from tfmtl.datasets.windows.window_spec import SCENARIO


def bucket_facts(bucket: int, plan: WindowPlan) -> pd.DataFrame:
    """Returns the facts of a bucket, by advertiser, scenario and day.

    Args:
        bucket: Number of the bucket.
        plan: What is to be done.

    Returns:
        The facts; without any, a frame without columns.

    Raises:
        TableError: If there are two rows of one advertiser, scenario and day,
            or a scenario has no attributes.
    """
    facts = read_bucket(plan, bucket, FACTS)
    if not len(facts):
        return facts
    order = sort_order(facts)
    places = functools.partial(_places, plan, FACTS, facts)
    check_unique(facts, _folder(plan, FACTS), order, places)
    facts = facts.iloc[order]
    _check_scenarios(facts, plan)
    return facts


def bucket_advertisers(bucket: int, plan: WindowPlan) -> pd.DataFrame:
    """Returns what is known of the advertisers of a bucket, each once.

    Args:
        bucket: Number of the bucket.
        plan: What is to be done.

    Returns:
        One row an advertiser; without any, a frame without columns.

    Raises:
        TableError: If there are two rows of one advertiser.
    """
    table = read_bucket(plan, bucket, ADVERTISERS)
    if not len(table):
        return table
    repeated = table[ADVERTISER].duplicated(keep=False).to_numpy()
    if repeated.any():
        first = table[ADVERTISER].iloc[int(np.argmax(repeated))]
        rows = np.flatnonzero(table[ADVERTISER] == first)
        raise checks.TableError.of(
            _folder(plan, ADVERTISERS),
            "There must be one row for each advertiser.",
            "Drop all rows of an advertiser but one.",
            advertiser_id=first,
            rows=_places(plan, ADVERTISERS, table, rows),
        )
    return table.drop(columns=[FILE, ROW])


def _folder(plan: WindowPlan, table: str) -> str:
    return os.path.dirname(plan.files[table][0])


def _places(
    plan: WindowPlan, table: str, frame: pd.DataFrame, rows: np.ndarray
) -> list[str]:
    """Says of rows where they are in the files."""
    names = [os.path.basename(path) for path in plan.files[table]]
    found = frame[[FILE, ROW]].iloc[rows].to_numpy()
    return [f"{names[file]}:{row}" for file, row in found]


def _check_scenarios(facts: pd.DataFrame, plan: WindowPlan) -> None:
    known = facts[SCENARIO].isin(plan.scenarios[SCENARIO]).to_numpy()
    if not known.all():
        row = int(np.argmin(known))
        raise checks.TableError.of(
            _folder(plan, FACTS),
            "The table of scenarios must have a row for every scenario.",
            "Add it with its attributes, or drop the facts.",
            scenario=facts[SCENARIO].iloc[row],
            advertiser_id=facts[ADVERTISER].iloc[row],
            known=plan.scenarios[SCENARIO].tolist(),
        )
