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
        """Yields the model, which is in use until the block is left."""
        with self._idle:
            self._in_flight += 1
        try:
            yield self.model
        finally:
            with self._idle:
                self._in_flight -= 1
                self._idle.notify_all()

    def is_idle(self):
        """Returns whether no request uses the model right now."""
        return self._in_flight == 0

    def close(self, seconds=0.0):
        """Closes the model once no request uses it, or time is up.

        Take it out of reach of new requests first.

        Args:
            seconds: Time to wait for the requests under way.
        """
        with self._idle:
            self._idle.wait_for(self.is_idle, seconds)
        self.model.close()
