"""Compares runs by the CPU time that they take, in alternation."""

import statistics
import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import tensorflow as tf


def use_one_thread() -> None:
    """Holds TensorFlow to one thread; call it before anything runs."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def seconds_of(run: Callable[[], object]) -> float:
    """Returns the CPU seconds that this process takes to run something."""
    start = time.process_time()
    run()
    return time.process_time() - start


def alternate(
    runs: Mapping[Any, Callable[[], Any]],
    rounds: int,
    timed: Callable[[Callable[[], Any]], Any] = seconds_of,
) -> dict[Any, list[Any]]:
    """Runs every contender once a round, every other round backwards.

    Whatever else slows the machine down for a while then hits all of them.

    Args:
        runs: Name to what is to be timed.
        rounds: How often each is run.
        timed: Runs one and returns what it took, by default CPU seconds.

    Returns:
        Name to what it took, once for each round.

    Example:

    >>> sorted(alternate({"a": int, "b": float}, rounds=2))
    ['a', 'b']
    """
    taken: dict[Any, list[Any]] = {name: [] for name in runs}
    for number in range(rounds):
        for name in list(runs)[:: -1 if number % 2 else 1]:
            taken[name].append(timed(runs[name]))
    return taken


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Returns the median over the rounds of theirs / ours of one round.

    Example:

    >>> median_ratio([1.0, 2.0, 1.0], [3.0, 4.0, 5.0])
    3.0
    """
    pairs = zip(ours, theirs, strict=True)
    return statistics.median(their / our for our, their in pairs)
