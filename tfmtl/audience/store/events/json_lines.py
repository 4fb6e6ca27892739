"""Reads logs of JSON lines."""

import io
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.json

from tfmtl.audience.store.bad_rows import BadRow
from tfmtl.audience.store.bad_rows import Rule
from tfmtl.audience.store.events.event_columns import EventColumns
from tfmtl.audience.store.events.part import Part
from tfmtl.datasets.checks import TableError

_BYTES = 1 << 25
_OBJECT = Rule(
    "Every line should be an object of JSON.", "Mend or drop the line."
)
_SCALAR = Rule(
    "Ids and times should be whole numbers or text.", "Convert or drop it."
)
_TYPES = {str: pa.string(), int: pa.int64(), type(None): pa.string()}


def json_parts(
    path: str | os.PathLike[str], columns: EventColumns
) -> Iterator[Part]:
    """Reads a log of JSON lines, some megabytes at a time.

    Lines of one shape are read by Arrow; where that fails, line by line, to
    tell the bad ones from the good. Blank lines do not count.

    Args:
        path: The file, perhaps compressed by gzip.
        columns: What the fields of a line are called.

    Raises:
        TableError: If it cannot be read.
    """
    first = 0
    try:
        for data in _blocks(path):
            parts = _parts_of(data, first, columns.names())
            yield from parts
            first += sum(len(part.rows) + len(part.bad) for part in parts)
    except OSError as error:
        raise TableError.of(
            path,
            "The file should be whole, and compressed if its name says so.",
            "Write it anew.",
            error=str(error),
        ) from error


def _blocks(path: str | os.PathLike[str]) -> Iterator[bytes]:
    """Cuts a file between lines."""
    rest = b""
    with pa.input_stream(os.fspath(path)) as stream:
        while block := stream.read(_BYTES):
            lines, newline, rest_of_block = block.rpartition(b"\n")
            if newline:
                yield rest + lines
                rest = rest_of_block
            else:
                rest += block
    yield rest


def _parts_of(data: bytes, first: int, names: list[str]) -> list[Part]:
    if not data.strip():
        return []
    try:
        return [_read_at_once(data, first, names)]
    except (ValueError, KeyError, TypeError):
        return list(_read_line_by_line(data, first, names))


def _read_at_once(data: bytes, first: int, names: list[str]) -> Part:
    """Reads lines that are all of the first one's shape."""
    shape = json.loads(data.lstrip().split(b"\n", 1)[0])
    if not isinstance(shape, dict):
        raise ValueError
    schema = [(name, _TYPES[type(shape.get(name))]) for name in names]
    table = pa.json.read_json(
        io.BytesIO(data),
        parse_options=pa.json.ParseOptions(
            explicit_schema=pa.schema(schema),
            unexpected_field_behavior="ignore",
        ),
    )
    return Part(np.arange(first, first + table.num_rows), table, [])


def _read_line_by_line(
    data: bytes, first: int, names: list[str]
) -> Iterator[Part]:
    bad: list[BadRow] = []
    groups: dict[tuple[type, ...], list[tuple[Any, ...]]] = defaultdict(list)
    lines = [line for line in data.split(b"\n") if line.strip()]
    for row, line in enumerate(lines, start=first):
        found = _read_line(row, line, names)
        if isinstance(found, BadRow):
            bad.append(found)
        else:
            groups[tuple(map(type, found))].append((row, *found))
    for shape, rows in groups.items():
        numbers, *values = zip(*rows, strict=True)
        arrays = [
            pa.array(column, _TYPES[kind])
            for column, kind in zip(values, shape, strict=True)
        ]
        yield Part(np.array(numbers), pa.table(arrays, names=names), [])
    yield Part(np.arange(0), _no_rows(names), bad)


def _read_line(
    row: int, line: bytes, names: list[str]
) -> BadRow | tuple[Any, ...]:
    try:
        content = json.loads(line)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        text = line.decode("utf-8", "replace")
        return BadRow(row, "the whole line", text, _OBJECT)
    values = tuple(content.get(name) for name in names)
    for name, value in zip(names, values, strict=True):
        is_long = type(value) is int and not -(2**63) <= value < 2**63
        if type(value) not in _TYPES or is_long:
            return BadRow(row, name, value, _SCALAR)
    return values


def _no_rows(names: list[str]) -> pa.Table:
    return pa.table({name: pa.array([], pa.string()) for name in names})
