"""Writes one part of the data: train, dev or test."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tfmtl.datasets.ali_ccp.samples import Samples
from tfmtl.datasets.ali_ccp_schema import FIELDS
from tfmtl.datasets.vocabulary import Vocabulary

_SCHEMA = pa.schema(
    [("click", pa.int8()), ("purchase", pa.int8())]
    + [(field, pa.int32()) for field in FIELDS]
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
        self._waiting = _SCHEMA.empty_table()
        self._writer = pq.ParquetWriter(path, _SCHEMA)

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
            [pa.array(column) for column in columns], schema=_SCHEMA
        )
        self._waiting = pa.concat_tables([self._waiting, table])
        while len(self._waiting) >= self.chunk_rows:
            self._writer.write_table(self._waiting[: self.chunk_rows])
            self._waiting = self._waiting[self.chunk_rows :]
