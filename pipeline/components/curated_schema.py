"""A schema that is kept in the repository."""

import dataclasses
import functools
from collections.abc import Sequence
from pathlib import Path

from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2

from pipeline.components.raw_column import RawColumn


@functools.cache
def load(path: Path) -> schema_pb2.Schema:
    """Returns the schema.

    Args:
        path: Its file, of protobuf's text format.
    """
    text = path.read_text("utf-8")
    return text_format.Parse(text, schema_pb2.Schema())


def domain(path: Path, column: str) -> list[str]:
    """Returns the values a text column may take, the missing one left out.

    Args:
        path: The schema's file.
        column: Name of a column with a domain in the schema.

    Raises:
        ValueError: If the schema has no domain of that name.
    """
    schema = load(path)
    for candidate in schema.string_domain:
        if candidate.name == column:
            return [value for value in candidate.value if value]
    raise ValueError(
        f"The schema should list the values of {column!r}; add a string_domain "
        f"of that name to {path.name}. "
        f"Received: {[d.name for d in schema.string_domain]}."
    )


def with_domains(
    columns: Sequence[RawColumn], path: Path
) -> tuple[RawColumn, ...]:
    """Returns columns that refuse texts which the schema does not list.

    Statistics may be of a sample of the rows; a check of the columns is of
    all, and names the row.

    Args:
        columns: Raw columns.
        path: The schema's file.
    """
    schema = load(path)
    domains = {each.name: tuple(each.value) for each in schema.string_domain}
    of_column = {
        feature.name: domains[feature.domain]
        for feature in schema.feature
        if feature.domain
    }
    return tuple(
        dataclasses.replace(column, domain=of_column.get(column.name, ()))
        for column in columns
    )
