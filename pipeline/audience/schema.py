"""The curated schema, as the pipeline and the preprocessing read it."""

from pathlib import Path

from pipeline.components import curated_schema

PATH = Path(__file__).with_name("schema.pbtxt")


def domain(column: str) -> list[str]:
    """Returns the values a text column may take, the missing one left out.

    Args:
        column: Name of a column with a domain in the schema.

    Raises:
        ValueError: If the schema has no domain of that name.
    """
    return curated_schema.domain(PATH, column)
