"""Puts raw rows aside until the vocabulary is known."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from tfmtl.datasets.ali_ccp.samples import Samples
from tfmtl.datasets.ali_ccp_schema import FIELDS

_SCHEMA = pa.schema(
    [
        ("rows", pa.int64()),
        ("click", pa.int8()),
        ("purchase", pa.int8()),
        ("values", pa.list_(pa.int32(), len(FIELDS))),
    ]
)


class Spill:
    """A temporary file of raw rows.

    Parsing costs far more than writing and mapping 86 bytes a row.

    Args:
        path: A new file.
    """

    def __init__(self, path: Path):
        self.path = path
        self._writer = pa.ipc.new_stream(str(path), _SCHEMA)

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
            pa.record_batch([*arrays, values], schema=_SCHEMA)
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
