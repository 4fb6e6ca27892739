"""What came out of a preparation."""

import dataclasses
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Report:
    """What was written, and what was left out.

    Args:
        campaigns: Number of campaigns by part: train, dev and test.
        users: Number of users.
        rows: Rows written, by stage.
        unknown_users: Rows left out because nothing is known of the user, by
            stage.
        repeated: Rows left out because the same campaign and user have been
            in an earlier row, of the first stage perhaps, by stage.
        vocabulary_sizes: Field to number of ids, the 0 for "unknown" included.
        path: The folder.
    """

    campaigns: dict[str, int]
    users: int
    rows: dict[int, int]
    unknown_users: dict[int, int]
    repeated: dict[int, int]
    vocabulary_sizes: dict[str, int]
    path: Path
