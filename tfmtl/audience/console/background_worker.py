"""Works off the queue while the console runs."""

import logging
import os
import socket
import threading

from tfmtl.audience.service import AudienceService

_LOGGER = logging.getLogger(__name__)
_PAUSE_SECONDS = 1.0


class BackgroundWorker:
    """A thread that does what is put into the queue, one job at a time.

    A context manager. Other workers, `python -m tfmtl.audience work`, may
    work on the same queue.

    Args:
        service: Does the jobs.
    """

    def __init__(self, service: AudienceService) -> None:
        self._service = service
        self._name = f"console {socket.gethostname()} {os.getpid()}"
        self._wake = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "BackgroundWorker":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._wake.set()
        self._thread.join()

    def wake(self) -> None:
        """Says that there is something to do."""
        self._wake.set()

    def _run(self) -> None:
        while not self._over.is_set():
            self._wake.wait(_PAUSE_SECONDS)
            self._wake.clear()
            try:
                for outcome in self._service.run_queue(self._name):
                    _LOGGER.info("%s", outcome)
                    if self._over.is_set():
                        return
            except Exception:  # such as a database that is being moved
                _LOGGER.exception("the queue cannot be worked off")
