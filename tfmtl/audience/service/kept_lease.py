"""Keeps a job of the queue for the worker that works on it."""

import threading
from typing import Any


class KeptLease:
    """Renews the lease of a job in the background while it is worked on.

    A context manager. If the worker is killed, nobody renews the lease any
    more, and another worker takes the job up.

    Args:
        store: The `CampaignStore`.
        job: The job.
        seconds: What the lease lasts.
    """

    def __init__(self, store: Any, job: Any, seconds: float) -> None:
        self._store = store
        self._job = job
        self._pause = seconds / 4
        self._over = threading.Event()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._renew, daemon=True)

    def __enter__(self) -> "KeptLease":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def check(self) -> None:
        """Raises what went wrong, if the lease could not be renewed."""
        if self._error is not None:
            raise self._error

    def _renew(self) -> None:
        while not self._over.wait(self._pause):
            try:
                self._store.renew(self._job)
            except Exception as error:  # whatever it is, the lease is lost
                self._error = error
                return
