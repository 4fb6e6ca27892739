"""The curated schema, as the pipeline and the preprocessing read it."""

import functools
from pathlib import Path

from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2

PATH = Path(__file__).with_name("schema.pbtxt")


@functools.cache
def load() -> schema_pb2.Schema:
    """Returns the curated schema."""
    return text_format.Parse(PATH.read_text("utf-8"), schema_pb2.Schema())


def domain(column: str) -> list[str]:
    """Returns the values a text column may take, the missing one left out.

    Args:
        column: Name of a column with a domain in the schema.

    Raises:
        ValueError: If the schema has no domain of that name.
    """
    for candidate in load().string_domain:
        if candidate.name == column:
            return [value for value in candidate.value if value]
    raise ValueError(
        f"The schema should list the values of {column!r}; add a string_domain "
        f"of that name to {PATH.name}. "
        f"Received: {[d.name for d in load().string_domain]}."
    )
