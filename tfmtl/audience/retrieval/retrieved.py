"""What came of a retrieval."""

import dataclasses
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Retrieved:
    """What was written where.

    Args:
        path: The file.
        size: Number of users in it.
        users: Number of users there are.
        left_out: How many of these are in no audience.
        shards: Number of files of users.
        shards_before: How many of these an earlier run had finished.

    Example:

        done = tfmtl.audience.retrieve(model, users, 1000, "audience.csv")
        print(f"{done.size} of {done.users} users are in {done.path}")
    """

    path: Path
    size: int
    users: int
    left_out: int
    shards: int
    shards_before: int
