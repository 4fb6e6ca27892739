"""Runs a contender in a process of its own."""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from benchmarks import contenders
from benchmarks import cpu_time
from benchmarks.contenders import Contender


class OwnProcess:
    """A contender whose memory no other contender has used before.

    What stock Keras takes depends on it: the same step took a third more
    where another model's batches had left holes in the heap.

    Args:
        make: Makes the contender, a function that can be pickled.
        *arguments: Arguments of `make`.
    """

    def __init__(self, make: Callable[..., Contender], *arguments: Any) -> None:
        context = multiprocessing.get_context("forkserver")
        # Imported once for all; TensorFlow itself starts in each process.
        context.set_forkserver_preload([contenders.__name__])
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, make, arguments), daemon=True
        )
        self._process.start()
        theirs.close()

    def wait(self) -> None:
        """Waits until the contender has warmed up."""
        self._connection.recv()

    def epoch(self) -> float:
        """Trains one epoch and returns the CPU seconds it took."""
        self._connection.send("epoch")
        return self._connection.recv()

    def close(self) -> None:
        """Ends the process."""
        self._connection.close()
        self._process.join()


def _serve(
    connection: Connection,
    make: Callable[..., Contender],
    arguments: tuple[Any, ...],
) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    cpu_time.use_one_thread()
    contender = make(*arguments)
    contender.warm_up()
    connection.send("ready")
    while True:
        try:
            connection.recv()
        except EOFError:
            return
        connection.send(cpu_time.seconds_of(contender.epoch))
