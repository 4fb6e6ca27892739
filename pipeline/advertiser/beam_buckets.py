"""Works through tables of any size by Apache Beam, bucket by bucket."""

import json
import os
from collections.abc import Callable
from collections.abc import Iterable
from typing import Any
from typing import TypeVar

import apache_beam as beam

from pipeline.advertiser.spill import blocks
from pipeline.advertiser.spill import spill
from pipeline.advertiser.window_plan import WindowPlan
from tfmtl.datasets.checks import TableError

_Item = TypeVar("_Item")
_REFUSED = "refused-"


def run_buckets(
    plan: WindowPlan,
    work: Callable[[int, WindowPlan], Any],
    make_pipeline: Callable[[], Any],
) -> None:
    """Checks all facts, then has work done on each bucket of advertisers.

    First every row group is dealt out to buckets of whole advertisers. Then
    the buckets are worked on. A worker holds one batch of rows, or one
    bucket, at a time, and what goes through Beam are numbers of both: memory
    grows neither with the facts nor with the advertisers, on any runner whose
    workers share a file system.

    Args:
        plan: What is to be done; its folders exist.
        work: Takes the number of a bucket, and the plan.
        make_pipeline: Makes a Beam pipeline.

    Raises:
        TableError: If a row is not as it should be, or `work` says so. Of
            several, that of the first row group or bucket.
    """
    _run(enumerate(blocks(plan)), spill, plan, make_pipeline)
    _run(((n, n) for n in range(plan.buckets)), work, plan, make_pipeline)


def _run(
    items: Iterable[tuple[int, _Item]],
    work: Callable[[_Item, WindowPlan], Any],
    plan: WindowPlan,
    make_pipeline: Callable[[], Any],
) -> None:
    with make_pipeline() as root:
        _ = (
            root
            | "List" >> beam.Create(list(items))
            | "Deal out" >> beam.Reshuffle()  # or one worker would do it all
            | "Work" >> beam.Map(_attempt, work, plan)
        )
    names = [n for n in os.listdir(plan.work) if n.startswith(_REFUSED)]
    if names:
        path = os.path.join(plan.work, min(names))
        with open(path, encoding="utf-8") as file:
            raise TableError(json.load(file))


def _attempt(item: Any, work: Any, plan: Any) -> None:
    """Keeps a refusal in a file: Beam would bury it in a trace of workers."""
    # Beam reads annotations, and stumbles over those of functions.
    number, what = item
    try:
        work(what, plan)
    except TableError as error:
        path = os.path.join(plan.work, f"{_REFUSED}{number:06d}.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(str(error), file)
