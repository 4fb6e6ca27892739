"""The next one is made while this one is used."""

import queue
import threading
from collections.abc import Generator
from collections.abc import Iterable
from typing import Any
from typing import TypeVar

T = TypeVar("T")
_END = object()


def prefetched(items: Iterable[T], ahead: int = 2) -> Generator[T, None, None]:
    """Yields what another thread makes, some of it ahead.

    That pays off where both let go of Python's lock, as Arrow and TensorFlow
    do. An error of the thread is raised here; when nobody asks any more, the
    thread ends.

    Args:
        items: What to yield.
        ahead: How many are made before they are asked for.

    Example:

    >>> list(prefetched([1, 2, 3]))
    [1, 2, 3]
    """
    made: queue.Queue[Any] = queue.Queue(ahead)
    stopped = threading.Event()

    def put(item: Any) -> None:
        while not stopped.is_set():
            try:
                return made.put(item, timeout=0.1)
            except queue.Full:
                continue

    def make() -> None:
        try:
            for item in items:
                put((item, None))
                if stopped.is_set():
                    return
            put((_END, None))
        except BaseException as error:  # raised by who asks
            put((_END, error))

    thread = threading.Thread(target=make, daemon=True)
    thread.start()
    try:
        while True:
            item, error = made.get()
            if error is not None:
                raise error
            if item is _END:
                return
            yield item
    finally:
        stopped.set()
        thread.join()
