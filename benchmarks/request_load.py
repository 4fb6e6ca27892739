"""Sends requests from several threads and times each of them."""

import dataclasses
import itertools
import time
from collections.abc import Callable
from collections.abc import Sequence
from concurrent import futures
from typing import Any

import numpy as np


@dataclasses.dataclass(frozen=True)
class Burst:
    """What some requests took.

    Args:
        latencies: Wall seconds of each.
        seconds: Wall seconds of all.
        server_cpu: CPU seconds of the process that predicts.
        client_cpu: CPU seconds of the process that asks.
    """

    latencies: list[float]
    seconds: float
    server_cpu: float
    client_cpu: float


def send(
    ask: Callable[[Any], object],
    batches: Sequence[Any],
    threads: int,
    requests: int,
    server_cpu: Callable[[], float] = time.process_time,
) -> Burst:
    """Asks again and again; each thread waits for one answer at a time.

    Args:
        ask: Sends one batch and waits for the answer.
        batches: What to send, in turn.
        threads: Number of threads.
        requests: Number of requests of all threads together.
        server_cpu: Tells the CPU seconds of the process that predicts. The
            default is this one.

    Example:

    >>> len(send(sum, [[1, 2], [3, 4]], threads=2, requests=5).latencies)
    5
    """

    def timed(batch: Any) -> float:
        start = time.perf_counter()
        ask(batch)
        return time.perf_counter() - start

    batches = itertools.islice(itertools.cycle(batches), requests)
    with futures.ThreadPoolExecutor(threads) as pool:
        begin = time.perf_counter(), server_cpu(), time.process_time()
        latencies = list(pool.map(timed, batches))
        end = time.perf_counter(), server_cpu(), time.process_time()
    return Burst(latencies, *np.subtract(end, begin).tolist())
