"""The best of all users, read shard by shard."""

import contextlib
import os
from collections.abc import Callable
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tfmtl.audience.retrieval.audience_file import write_audience
from tfmtl.audience.retrieval.audience_file import writer_of
from tfmtl.audience.retrieval.finished_shards import FinishedShards
from tfmtl.audience.retrieval.id_checks import count_left
from tfmtl.audience.retrieval.prefetched import prefetched
from tfmtl.audience.retrieval.retrieved import Retrieved
from tfmtl.audience.retrieval.shard import Shard
from tfmtl.audience.retrieval.top_users import TopUsers
from tfmtl.audience.retrieval.top_users import best_of
from tfmtl.audience.retrieval.wanted_ids import WantedIds
from tfmtl.audience.scoring import check_finite
from tfmtl.audience.top_rows import check_size


def retrieve(
    model: Any,
    users: Any,
    size: int,
    path: str | os.PathLike[str],
    *,
    campaign: Mapping[str, Any] | None = None,
    exclude: Any = (),
    candidates: Any = None,
    on_progress: Callable[[int], None] | None = None,
) -> Retrieved:
    """Writes the best users to a file, best first, with their scores.

    The result is exact, and the same as of `AudienceExpander.expand`: of
    users with equal scores those with the lower id come first. No more than
    one shard's part is in memory at a time, and the best of it. A run that
    was killed is gone on with by the same call: shards that it had finished
    are not scored again. The file is there in full or not at all.

    Args:
        model: A customised `MultiTaskModel` of one binary task.
        users: A `UserBase`; or `UserRepresentations`, where only the heads of
            the model have been tuned.
        size: How many users.
        path: The file to write, `.parquet` or `.csv`. One that is there is
            replaced.
        campaign: One value for each feature that is the campaign's.
        exclude: Ids of users that are in no audience: seeds, and those who
            have opted out.
        candidates: Ids of users to choose from, such as `SimilarUsers` finds;
            by default all. The others are not scored.
        on_progress: Is told how many users have been scored.

    Returns:
        A `Retrieved`, what was written.

    Raises:
        ValueError: If fewer than `size` users are left, an id occurs twice,
            features are missing or of another type, or a score is not finite.
            The file is as it was.

    Example:

        users = tfmtl.audience.UserBase("users/")
        tfmtl.audience.retrieve(
            expander.model_, users, 10_000, "audience.parquet",
            campaign=expander.campaign_, exclude=expander.excluded_ids_,
        )

    Reference:
        [Zhu et al., 2021](https://arxiv.org/abs/2105.14688), sec. 2.
    """
    path, campaign = Path(path), dict(campaign or {})
    writer_of(path)
    wanted = WantedIds(users.id_kind, exclude, candidates)
    scoring = users.scoring(model, campaign)
    left = count_left(users, wanted)
    check_size(size, left, len(users))
    finished = FinishedShards.of(path, model, users, size, campaign, wanted)
    before = [shard for shard in users.shards if shard in finished]
    done = 0
    for shard in users.shards:
        if shard not in finished:
            best = best_of_shard(
                scoring, shard, size, wanted, _from(done, on_progress)
            )
            finished.add(shard, *best, users.id_field)
        done += shard.rows
        if on_progress is not None:
            on_progress(done)
    best = best_of(map(finished.best, users.shards), size)
    write_audience(path, *best, users.id_field, finished.folder)
    finished.remove()
    return Retrieved(
        path=path,
        size=size,
        users=len(users),
        left_out=len(users) - left,
        shards=len(users.shards),
        shards_before=len(before),
    )


def best_of_shard(
    scoring: Any,
    shard: Shard,
    size: int,
    wanted: WantedIds,
    on_progress: Callable[[int], None] = lambda done: None,
) -> tuple[np.ndarray, np.ndarray]:
    """Returns ids and scores of the best users of a shard.

    Args:
        scoring: Reads blocks of a shard and scores them.
        shard: The shard.
        size: How many users.
        wanted: Whom to choose from.
        on_progress: Is told how many users of the shard have been scored.

    Raises:
        ValueError: If a score is not finite.
    """
    top = TopUsers(size)
    done = 0
    with contextlib.closing(prefetched(scoring.blocks(shard))) as blocks:
        for ids, columns in blocks:
            done += len(ids)
            rows = np.flatnonzero(wanted.are_wanted(ids))
            if 2 * len(rows) < len(ids):  # else it costs less to score all
                columns = {n: column[rows] for n, column in columns.items()}
                ids, rows = ids[rows], np.arange(len(rows))
            if len(rows):
                scores = scoring.score(columns)
                check_finite(scores, ids)
                top.add(ids[rows], scores[rows])
            on_progress(done)
    return top.best()


def _from(
    start: int, on_progress: Callable[[int], None] | None
) -> Callable[[int], None]:
    if on_progress is None:
        return lambda done: None
    return lambda done: on_progress(start + done)
