"""Keeps a loaded model alive for as long as a request uses it."""

import contextlib
import threading


class Servable:
    """One version of a model, and the requests under way on it.

    Args:
        version: Its number.
        model: What was loaded; needs a method `close()`.
    """

    def __init__(self, version, model):
        self.version = version
        self.model = model
        self._in_flight = 0
        self._idle = threading.Condition()

    @contextlib.contextmanager
    def use(self):
        """Yields the model; `close` waits until the block is left."""
        with self._idle:
            self._in_flight += 1
        try:
            yield self.model
        finally:
            with self._idle:
                self._in_flight -= 1
                self._idle.notify_all()

    def close(self):
        """Closes the model once no request uses it any more.

        Take it out of reach of new requests first.
        """
        with self._idle:
            self._idle.wait_for(lambda: self._in_flight == 0)
        self.model.close()
