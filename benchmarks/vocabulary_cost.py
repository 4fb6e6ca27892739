"""How the time of a train step grows with the number of ids."""

import dataclasses
import statistics

from benchmarks import contenders
from benchmarks import cpu_time
from tfmtl.datasets import ali_ccp_schema
from tfmtl.datasets import synthetic
from tfmtl.datasets.synthetic import SyntheticPath

OURS = "tfmtl"
STOCK = "stock Keras, whole-batch slices"
DIM = 16


@dataclasses.dataclass(frozen=True)
class StepTime:
    """What one step took at one size.

    Args:
        contender: Its name.
        ids: Number of ids of all fields together.
        cpu_ms_per_step: CPU milliseconds a step, the median round.
        ratio: Median over the rounds of its time over that of the same
            contender with the fewest ids.
        rounds: CPU milliseconds a step of every round.
    """

    contender: str
    ids: int
    cpu_ms_per_step: float
    ratio: float
    rounds: list[float]


def measure(
    ours: tuple[int, ...],
    stock: tuple[int, ...],
    steps: int,
    batch_size: int,
    rounds: int,
) -> list[StepTime]:
    """Times the MMoE's step at several sizes, 16 wide, in alternation.

    Args:
        ours: Numbers of ids at which to time this library, ascending.
        stock: Numbers of ids at which to time stock Keras, ascending.
        steps: Steps a run.
        batch_size: Rows a batch.
        rounds: Runs of each.
    """
    field = {}
    for ids in sorted({*ours, *stock}):
        path = _path(ids, steps * batch_size)
        if ids in ours:
            field[OURS, ids] = contenders.ours(path, batch_size)
        if ids in stock:
            field[STOCK, ids] = contenders.stock_slices(path, batch_size)
    runs = {}
    for (name, ids), contender in field.items():
        contender.warm_up()
        runs[f"{name} {ids}"] = contender.epoch
    seconds = cpu_time.alternate(runs, rounds)
    results = []
    for name, ids in field:
        fewest = min(ours if name == OURS else stock)
        taken = seconds[f"{name} {ids}"]
        each = [second / steps * 1e3 for second in taken]
        ratio = cpu_time.median_ratio(seconds[f"{name} {fewest}"], taken)
        results.append(
            StepTime(name, ids, statistics.median(each), ratio, each)
        )
    return results


def _path(ids: int, rows: int) -> SyntheticPath:
    """Makes rows of Ali-CCP's fields, in proportion `ids` in all."""
    sizes = list(ali_ccp_schema.VOCABULARY_SIZES.values())
    scaled = [max(3, round(size * ids / sum(sizes))) for size in sizes]
    path = synthetic.conversion_path(rows, 2, vocabulary_sizes=scaled)
    return contenders.with_dim(path, DIM)
