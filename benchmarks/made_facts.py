"""Daily facts made up, of any number of advertisers."""

import os
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.advertiser import columns
from tfmtl.datasets import complete_journey

START = np.datetime64("2017-01-01")
_PART = 2000


def write_tables(
    folder: str | os.PathLike[str],
    advertisers: int,
    days: int = 120,
    seed: int = 0,
) -> int:
    """Writes the tables of the advertiser job, a part in memory at a time.

    Each advertiser is active in scenario 0, and half of them in another one,
    on every third day or so, at a level of its own that changes by the week.

    Args:
        folder: Folder that gets a folder a table.
        advertisers: Number of advertisers.
        days: Number of days from 2017-01-01.
        seed: The same seed gives the same tables.

    Returns:
        Number of facts.
    """
    names = ("facts", "advertisers", "scenarios")
    paths = {name: os.path.join(folder, name) for name in names}
    for path in paths.values():
        os.makedirs(path)
    scenarios = complete_journey.advertiser_scenarios()
    scenarios.to_parquet(f"{paths['scenarios']}/part-0.parquet", index=False)
    profiles(np.arange(1, advertisers + 1)).to_parquet(
        f"{paths['advertisers']}/part-0.parquet", index=False
    )
    rows, writer = 0, None
    for part in _parts(advertisers, days, seed):
        table = pa.Table.from_pandas(part, preserve_index=False)
        if writer is None:
            path = f"{paths['facts']}/part-0.parquet"
            writer = pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
        rows += len(part)
    if writer is not None:
        writer.close()
    return rows


def profiles(ids: np.ndarray) -> pd.DataFrame:
    """Returns a made-up profile of each advertiser.

    Args:
        ids: `(advertisers,)`.
    """
    return pd.DataFrame(
        {
            "advertiser_id": ids,
            "main_department": np.where(ids % 3, "GROCERY", "MEAT"),
            "main_category": np.where(ids % 2, "SOUP", None),
            "catalogue_products": 1.0 + ids % 40,
            "private_share": (ids % 5) / 4,
            "categories": 1.0 + ids % 7,
        }
    )


def _parts(advertisers: int, days: int, seed: int) -> Iterator[pd.DataFrame]:
    for start in range(1, advertisers + 1, _PART):
        ids = np.arange(start, min(start + _PART, advertisers + 1))
        yield _facts(ids, days, np.random.default_rng([seed, start]))


def _facts(
    ids: np.ndarray, days: int, draw: np.random.Generator
) -> pd.DataFrame:
    others = ids[ids % 2 == 0]
    advertiser = np.concatenate([ids, others])
    scenario = np.concatenate([np.zeros_like(ids), 1 + others // 2 % 4])
    pairs, weeks = len(advertiser), -(-days // 7)
    level = draw.normal(1.0, 1.0, (pairs, 1))
    level = level + draw.normal(0, 0.3, (pairs, weeks))
    rates = np.repeat(np.exp(level), 7, axis=1)[:, :days]
    baskets = draw.poisson(rates) * (draw.random((pairs, days)) < 0.4)
    pair, day = np.nonzero(baskets)
    count = baskets[pair, day].astype(np.float64)
    facts = {name: count for name in columns.SPEC.facts or ()}
    facts["sales_value"] = np.round(count * draw.uniform(1, 5, len(count)), 2)
    return pd.DataFrame(
        {
            "advertiser_id": advertiser[pair],
            "scenario": scenario[pair],
            "day": (START + day).astype("datetime64[ns]"),
            **facts,
        }
    )
