"""What came out of a preparation."""

import dataclasses
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Report:
    """What was written, and what was left out.

    Args:
        rows: Rows written, by part: train, dev and test.
        dropped: Rows left out because they were bought without a click, by
            file: train and test.
        vocabulary_sizes: Field to number of ids, the 0 for "unknown" included.
        paths: Part, and "vocabulary", to the file it was written to.
    """

    rows: dict[str, int]
    dropped: dict[str, int]
    vocabulary_sizes: dict[str, int]
    paths: dict[str, Path]
