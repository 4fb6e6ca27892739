"""Deals the rows of tables out to buckets, a row group at a time."""

import contextlib
import dataclasses
import os
import shutil
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.advertiser import columns
from pipeline.advertiser.window_plan import FACTS
from pipeline.advertiser.window_plan import WindowPlan
from pipeline.components.parquet_checks import check_names
from pipeline.components.parquet_checks import open_parquet
from tfmtl.datasets import checks
from tfmtl.datasets.windows import check_facts
from tfmtl.datasets.windows.check_facts import check_keys
from tfmtl.datasets.windows.window_spec import ADVERTISER
from tfmtl.datasets.windows.window_spec import DAY
from tfmtl.datasets.windows.window_spec import KEYS

FILE, ROW = "source_file", "source_row"
_BATCH_ROWS = 1 << 16


@dataclasses.dataclass(frozen=True)
class Block:
    """A row group of a Parquet file.

    Args:
        table: `facts` or `advertisers`.
        number: Number of the block; blocks of all files are counted.
        file: Number of the file.
        path: The file.
        group: Number of the row group in the file.
        first_row: Number of its first row in the file.
    """

    table: str
    number: int
    file: int
    path: str
    group: int
    first_row: int


def blocks(plan: WindowPlan) -> list[Block]:
    """Returns the row groups of all files, in order.

    Args:
        plan: What is to be done.

    Raises:
        TableError: If a file cannot be read, a column is missing, or facts
            have no rows.
    """
    found: list[Block] = []
    for table, paths in plan.files.items():
        rows = 0
        for number, path in enumerate(paths):
            with open_parquet(path) as file:
                check_names(file, _wanted(plan, table), path)
                first = 0
                for group in range(file.num_row_groups):
                    found.append(
                        Block(table, len(found), number, path, group, first)
                    )
                    first += file.metadata.row_group(group).num_rows
            rows += first
        if not rows:
            raise checks.TableError.of(
                os.path.dirname(paths[0]),
                "The table must have rows.",
                "Check the filter or the export that made it.",
                rows=0,
            )
    return found


def spill(block: Block, plan: WindowPlan) -> None:
    """Checks the rows of a block and writes each into its bucket's folder.

    Args:
        block: The row group.
        plan: What is to be done.

    Raises:
        TableError: If a row is not as it should be.
    """
    name = f"{block.table}-{block.number:06d}"
    partial = os.path.join(plan.work, f".tmp-{name}")
    shutil.rmtree(partial, ignore_errors=True)  # of an attempt that failed
    os.makedirs(partial)
    first = block.first_row
    schema = _schema(block, plan)
    with contextlib.ExitStack() as stack:
        writers: dict[int, pq.ParquetWriter] = {}
        for frame in _frames(block, plan):
            rows = np.arange(first, first + len(frame))
            table = _checked(frame, block, plan, first)
            first += len(frame)
            table = table.assign(**{FILE: block.file, ROW: rows})
            for bucket, part in table.groupby(
                plan.bucket_of(table[ADVERTISER])
            ):
                arrow = pa.Table.from_pandas(part, schema, preserve_index=False)
                if bucket not in writers:
                    path = os.path.join(partial, f"{bucket:05d}.parquet")
                    writers[bucket] = stack.enter_context(
                        pq.ParquetWriter(path, schema, compression="lz4")
                    )
                writers[bucket].write_table(arrow)
    for bucket in writers:
        folder = bucket_folder(plan, bucket)
        os.makedirs(folder, exist_ok=True)
        os.replace(
            os.path.join(partial, f"{bucket:05d}.parquet"),
            os.path.join(folder, f"{name}.parquet"),
        )
    os.rmdir(partial)


def bucket_folder(plan: WindowPlan, bucket: int) -> str:
    """Returns the folder of a bucket's rows."""
    return os.path.join(plan.work, f"bucket-{bucket:05d}")


def read_bucket(plan: WindowPlan, bucket: int, table: str) -> pd.DataFrame:
    """Returns the rows of a bucket, in the order of the blocks.

    Args:
        plan: What is to be done.
        bucket: Number of the bucket.
        table: `facts` or `advertisers`.

    Returns:
        The rows; without any, a frame without columns.
    """
    folder = bucket_folder(plan, bucket)
    names = os.listdir(folder) if os.path.isdir(folder) else []
    parts = [
        pd.read_parquet(os.path.join(folder, name))
        for name in sorted(names)
        if name.startswith(f"{table}-")
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _wanted(plan: WindowPlan, table: str) -> list[str]:
    if table == FACTS:
        return [*KEYS, *(plan.spec.facts or ())]
    return [ADVERTISER, *plan.profile]


def _schema(block: Block, plan: WindowPlan) -> pa.Schema:
    """Types of the file: those of a batch depend on what it lacks."""
    with open_parquet(block.path) as file:
        fields = [
            file.schema_arrow.field(name) for name in _wanted(plan, block.table)
        ]
    schema = pa.schema([*fields, (FILE, pa.int64()), (ROW, pa.int64())])
    if block.table == FACTS:
        place = schema.get_field_index(DAY)
        schema = schema.set(place, pa.field(DAY, pa.int64()))
    return schema


def _frames(block: Block, plan: WindowPlan) -> Iterator[pd.DataFrame]:
    with open_parquet(block.path) as file:
        for batch in file.iter_batches(
            _BATCH_ROWS,
            row_groups=[block.group],
            columns=_wanted(plan, block.table),
        ):
            if len(batch):
                yield batch.to_pandas()


def _checked(
    frame: pd.DataFrame, block: Block, plan: WindowPlan, first_row: int
) -> pd.DataFrame:
    kinds = {c.name: c.kind for c in (*columns.KEYS, *columns.COLUMNS)}
    if block.table == FACTS:
        names = [ADVERTISER]
        frame = check_facts(
            frame, plan.spec, block.path, plan.last_day, first_row=first_row
        )
    else:
        names = [ADVERTISER, *plan.profile]
        check_keys(frame, [ADVERTISER], block.path, first_row)
    # Or ids of the two tables could never meet.
    checks.check_columns(frame, {n: kinds[n] for n in names}, block.path)
    return frame
