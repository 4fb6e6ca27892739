"""Files of rows: the raw ones put aside, and the Parquet that is kept."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tfmtl.datasets.ali_ccp.samples import Samples
from tfmtl.datasets.ali_ccp.vocabulary import Vocabulary
from tfmtl.datasets.ali_ccp_schema import FIELDS

_SPILL = pa.schema(
    [
        ("rows", pa.int64()),
        ("click", pa.int8()),
        ("purchase", pa.int8()),
        ("values", pa.list_(pa.int32(), len(FIELDS))),
    ]
)
_PARQUET = pa.schema(
    [("click", pa.int8()), ("purchase", pa.int8())]
    + [(field, pa.int32()) for field in FIELDS]
)


class Spill:
    """Puts raw rows aside until the vocabulary is known.

    Parsing costs far more than writing and mapping 86 bytes a row.

    Args:
        path: A new file.
    """

    def __init__(self, path: Path):
        self.path = path
        self._writer = pa.ipc.new_stream(str(path), _SPILL)

    def __enter__(self) -> "Spill":
        return self

    def __exit__(self, *error: object) -> None:
        self._writer.close()

    def write(self, samples: Samples) -> None:
        """Adds a chunk."""
        flat = pa.array(samples.values.reshape(-1))
        columns = [samples.rows, samples.click, samples.purchase]
        arrays = [pa.array(column) for column in columns]
        values = pa.FixedSizeListArray.from_arrays(flat, len(FIELDS))
        self._writer.write_batch(
            pa.record_batch([*arrays, values], schema=_SPILL)
        )


def read_spill(path: Path) -> Iterator[Samples]:
    """Yields the chunks of a `Spill` again."""
    with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as reader:
        for batch in reader:
            rows, click, purchase, values = batch.columns
            yield Samples(
                rows.to_numpy(),
                click.to_numpy(),
                purchase.to_numpy(),
                values.flatten().to_numpy().reshape(-1, len(FIELDS)),
            )


class PartWriter:
    """Writes one part of the data, in row groups of one size.

    Args:
        path: A new file.
        vocabulary: Turns raw values into ids.
        chunk_rows: Rows of a row group, whatever the chunks that come in.
    """

    def __init__(self, path: Path, vocabulary: Vocabulary, chunk_rows: int):
        self.vocabulary = vocabulary
        self.chunk_rows = chunk_rows
        self.rows = 0
        self._waiting = _PARQUET.empty_table()
        self._writer = pq.ParquetWriter(path, _PARQUET)

    def __enter__(self) -> "PartWriter":
        return self

    def __exit__(self, *error: object) -> None:
        if len(self._waiting):
            self._writer.write_table(self._waiting)
        self._writer.close()

    def write(self, samples: Samples) -> None:
        """Adds a chunk."""
        self.rows += len(samples.rows)
        columns = [samples.click, samples.purchase] + [
            self.vocabulary.ids(field, raw)
            for field, raw in zip(
                FIELDS, np.ascontiguousarray(samples.values.T), strict=True
            )
        ]
        table = pa.Table.from_arrays(
            [pa.array(column) for column in columns], schema=_PARQUET
        )
        self._waiting = pa.concat_tables([self._waiting, table])
        while len(self._waiting) >= self.chunk_rows:
            self._writer.write_table(self._waiting[: self.chunk_rows])
            self._waiting = self._waiting[self.chunk_rows :]
