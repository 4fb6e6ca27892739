import os

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.advertiser import spill
from tfmtl.datasets.checks import TableError


@pytest.fixture
def spilled(data_dir, advertisers, plan_in, tmp_path):
    """Deals changed advertisers out to one bucket, and reads it."""

    def make(table):
        path = tmp_path / "advertisers.parquet"
        pq.write_table(table, path)
        plan = plan_in(data_dir, tmp_path / "out")
        plan.files["advertisers"][:] = [str(path)]
        os.makedirs(plan.work)
        for block in spill.blocks(plan):
            if block.table == "advertisers":
                spill.spill(block, plan)
        parts = [
            spill.read_bucket(plan, bucket, "advertisers")
            for bucket in range(plan.buckets)
        ]
        return pd.concat(parts).sort_values("advertiser_id")

    return make


def changed(advertisers, **columns):
    """The table with other columns, as others than pandas write it."""
    table = pa.Table.from_pandas(advertisers, preserve_index=False)
    for name, values in columns.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, pa.array(values))
    return table.replace_schema_metadata(None)


def test_values_may_be_missing_in_some_batches_only(
    spilled, advertisers, monkeypatch
):
    monkeypatch.setattr(spill, "_BATCH_ROWS", 16)
    rows = len(advertisers)
    numbers = [*range(rows - 3), None, None, None]
    texts = [None] * 20 + ["SOUP"] * (rows - 20)
    table = changed(advertisers, categories=numbers, main_category=texts)
    found = spilled(table)
    pd.testing.assert_series_equal(
        found["categories"],
        table["categories"].to_pandas(),
        check_index=False,
        check_names=False,
        check_dtype=False,
    )
    assert found["main_category"].isna().sum() == 20


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("advertiser_id", "7", "'advertiser_id' must hold whole numbers"),
        ("main_category", 3, "'main_category' must hold text.*row=0, value=3"),
        ("categories", "many", "'categories' must hold numbers.*value='many'"),
    ],
)
def test_advertisers_are_of_the_kinds_that_are_declared(
    name, value, message, spilled, advertisers
):
    table = changed(advertisers, **{name: [value] * len(advertisers)})
    with pytest.raises(TableError, match=f"advertisers.parquet: .*{message}"):
        spilled(table)


def test_an_advertiser_without_an_id_is_refused_with_its_row(
    spilled, advertisers, monkeypatch
):
    monkeypatch.setattr(spill, "_BATCH_ROWS", 16)
    table = changed(advertisers, advertiser_id=[*range(39), None])
    message = "'advertiser_id' must have a value.*row=39"
    with pytest.raises(TableError, match=message):
        spilled(table)
