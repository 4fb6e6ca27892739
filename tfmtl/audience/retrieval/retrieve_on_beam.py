"""The best of all users, found by many machines."""

import os
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from tfmtl.audience.retrieval.audience_file import write_audience
from tfmtl.audience.retrieval.audience_file import writer_of
from tfmtl.audience.retrieval.finished_shards import FinishedShards
from tfmtl.audience.retrieval.id_checks import hash_of
from tfmtl.audience.retrieval.retrieve import best_of_shard
from tfmtl.audience.retrieval.shard import Shard
from tfmtl.audience.retrieval.top_users import best_of
from tfmtl.audience.retrieval.wanted_ids import WantedIds
from tfmtl.audience.top_rows import check_size
from tfmtl.audience.user_table import check_distinct

try:
    import apache_beam as beam
    from apache_beam.options.pipeline_options import PipelineOptions
    from apache_beam.pipeline import Pipeline
    from apache_beam.utils import shared
except ModuleNotFoundError as error:
    raise ImportError(
        "Retrieval on many machines needs Apache Beam: "
        "`pip install 'tfmtl[audience,pipeline]'`."
    ) from error

Best = tuple[np.ndarray, np.ndarray]

BUCKETS = 64


def retrieve_on_beam(
    model: str | os.PathLike[str],
    users: Any,
    size: int,
    path: str | os.PathLike[str],
    *,
    campaign: Mapping[str, Any] | None = None,
    exclude: Any = (),
    candidates: Any = None,
    options: PipelineOptions | None = None,
) -> Path:
    """Writes the same file as `retrieve`, each shard scored by some worker.

    The workers have to reach the files of model and users, and the folder of
    the result, under the same paths. Each loads the model once, whatever the
    number of its threads. What they hand on are the best of a shard, and ids.
    A run that was killed is gone on with by the same call.

    Args:
        model: File of a customised model, `.keras`.
        users: As of `retrieve`.
        size: How many users.
        path: The file to write, `.parquet` or `.csv`.
        campaign: As of `retrieve`.
        exclude: As of `retrieve`.
        candidates: As of `retrieve`.
        options: Which runner, and what it is to know. By default Beam's
            runner on this machine.

    Returns:
        The path.

    Raises:
        ValueError: As of `retrieve`, as far as it is known before a worker
            has begun; `RuntimeError` of the runner with the same message, if
            an id occurs twice, a score is not finite or fewer than `size`
            users are left.

    Example:

        from apache_beam.options.pipeline_options import PipelineOptions

        tfmtl.audience.retrieve_on_beam(
            "model.keras", users, 10_000, "audience.parquet",
            options=PipelineOptions(direct_num_workers=8),
        )

    Reference:
        [Zhu et al., 2021](https://arxiv.org/abs/2105.14688), sec. 2.
    """
    path, campaign = Path(path), dict(campaign or {})
    writer_of(path)
    wanted = WantedIds(users.id_kind, exclude, candidates)
    check_size(size, len(users), len(users))
    # A model, campaign or users that do not fit are refused here, and now.
    loaded = keras.saving.load_model(model, compile=False)
    users.scoring(loaded, campaign)
    finished = FinishedShards.of(path, loaded, users, size, campaign, wanted)
    score = _ScoreShard(
        os.fspath(model), users, campaign, size, wanted, finished
    )
    with Pipeline(options=options) as pipeline:
        shards = (
            pipeline
            | "Shards" >> beam.Create(users.shards)
            | "Apart" >> beam.Reshuffle()
        )
        left = (
            shards
            | "Ids" >> beam.FlatMap(_ids_by_bucket, users.id_column)
            | "Together" >> beam.GroupByKey()
            | "Count" >> beam.Map(_count_left, wanted)
            | "Sum" >> beam.CombineGlobally(sum)
        )
        _ = (
            shards
            | "Score" >> beam.ParDo(score)
            | "Best" >> beam.CombineGlobally(_Best(size))
            | "Write"
            >> beam.Map(
                _write,
                beam.pvalue.AsSingleton(left),
                size,
                len(users),
                path,
                users.id_field,
            )
        )
    finished.remove()
    return path


class _ScoreShard(beam.DoFn):
    """Yields the best of a shard."""

    def __init__(
        self,
        model: str,
        users: Any,
        campaign: Mapping[str, Any],
        size: int,
        wanted: WantedIds,
        finished: FinishedShards,
    ) -> None:
        self._model = model
        self._users = users
        self._campaign = campaign
        self._size = size
        self._wanted = wanted
        self._finished = finished
        self._handle = shared.Shared()

    def setup(self) -> None:
        self._scoring = self._handle.acquire(self._make_scoring)

    def _make_scoring(self) -> Any:
        model = keras.saving.load_model(self._model, compile=False)
        return _Held(self._users.scoring(model, self._campaign))

    def process(self, element: Shard) -> Iterator[Best]:
        if element not in self._finished:
            best = best_of_shard(
                self._scoring.scoring, element, self._size, self._wanted
            )
            self._finished.add(element, *best, self._users.id_field)
        yield self._finished.best(element)


class _Held:
    """What can be referred to weakly, as a shared handle has to."""

    def __init__(self, scoring: Any) -> None:
        self.scoring = scoring


class _Best(beam.CombineFn):
    """The best of the best of shards."""

    def __init__(self, size: int) -> None:
        self._size = size

    def create_accumulator(self) -> Best:
        return best_of([], self._size)

    def add_input(self, mutable_accumulator: Best, element: Best) -> Best:
        return best_of([mutable_accumulator, element], self._size)

    def merge_accumulators(self, accumulators: Iterable[Best]) -> Best:
        return best_of(accumulators, self._size)

    def extract_output(self, accumulator: Best) -> Best:
        return accumulator


def _ids_by_bucket(
    shard: Shard, id_column: str
) -> Iterator[tuple[int, np.ndarray]]:
    ids = shard.ids(id_column)
    buckets = hash_of(ids) % BUCKETS
    for bucket in range(BUCKETS):
        yield bucket, ids[buckets == bucket]


def _count_left(
    bucket: tuple[int, Iterable[np.ndarray]], wanted: WantedIds
) -> int:
    ids = np.concatenate(list(bucket[1]))
    check_distinct(pd.Index(ids), "Every user should be in one row of one file")
    return int(np.count_nonzero(wanted.are_wanted(ids)))


def _write(
    best: Best, left: int, size: int, users: int, path: Path, field: Any
) -> None:
    check_size(size, left, users)
    write_audience(path, *best, field)
