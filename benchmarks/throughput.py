"""Training speed of an MMoE on data of Ali-CCP's shape."""

import dataclasses
import statistics

from benchmarks import contenders
from benchmarks import cpu_time
from benchmarks.own_process import OwnProcess
from tfmtl.datasets import synthetic
from tfmtl.datasets.synthetic import SyntheticPath

OURS = "tfmtl"
SLICES = "stock Keras, whole-batch slices"
DOCUMENTED = "stock Keras, as documented"
_MAKERS = {
    OURS: contenders.ours,
    SLICES: contenders.stock_slices,
    DOCUMENTED: contenders.stock_documented,
}


@dataclasses.dataclass(frozen=True)
class Throughput:
    """What one contender took.

    Args:
        contender: Its name.
        dim: Width of the embeddings.
        samples_per_second: Rows a second of CPU time, the median round.
        cpu_us_per_sample: CPU microseconds a row, the median round.
        ratio: Median over the rounds of its CPU time over ours.
        rounds: CPU microseconds a row of every round.
    """

    contender: str
    dim: int
    samples_per_second: float
    cpu_us_per_sample: float
    ratio: float
    rounds: list[float]


def measure(
    batches: int, batch_size: int, rounds: dict[int, int]
) -> list[Throughput]:
    """Times all contenders.

    Args:
        batches: Batches an epoch.
        batch_size: Rows a batch.
        rounds: Width of the embeddings to number of rounds.
    """
    path = synthetic.ali_ccp_shape(batches * batch_size)
    results = []
    for dim, count in rounds.items():
        results += _of_one_width(path, dim, batch_size, count)
    return results


def _of_one_width(
    path: SyntheticPath, dim: int, batch_size: int, rounds: int
) -> list[Throughput]:
    wide = contenders.with_dim(path, dim)
    field = {
        name: OwnProcess(make, wide, batch_size)
        for name, make in _MAKERS.items()
    }
    for contender in field.values():
        contender.wait()
    runs = {name: contender.epoch for name, contender in field.items()}
    seconds = cpu_time.alternate(runs, rounds, timed=lambda epoch: epoch())
    for contender in field.values():
        contender.close()
    results = []
    for name, taken in seconds.items():
        each = [second / len(path) * 1e6 for second in taken]
        median = statistics.median(each)
        ratio = cpu_time.median_ratio(seconds[OURS], taken)
        results.append(Throughput(name, dim, 1e6 / median, median, ratio, each))
    return results
