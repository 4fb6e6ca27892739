"""Starts a server in a process of its own, and reads what it takes."""

import ctypes
import socket
import subprocess
import time
from collections.abc import Callable
from collections.abc import Sequence

import serving

_HOST = "127.0.0.1"


class ServerProcess:
    """A server of one model, of any kind that speaks the API.

    A context manager: on entering it has loaded the model.

    Args:
        make_command: Takes a port, and returns the command to run.
        model_name: Name the model is served under.
        seconds: How long it may take to load.

    Raises:
        TimeoutError: On entering, if it has not loaded the model by then.
        ChildProcessError: On entering, if it ended instead.
    """

    def __init__(
        self,
        make_command: Callable[[int], Sequence[str]],
        model_name: str,
        seconds: float = 600.0,
    ) -> None:
        port = _free_port()
        self.target = f"{_HOST}:{port}"
        self.model_name = model_name
        self.seconds = seconds
        self._command = make_command(port)
        self._clock = ctypes.c_int()

    def __enter__(self) -> "ServerProcess":
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL
        )
        # Of all its threads; Python has no function for it.
        ctypes.CDLL(None).clock_getcpuclockid(
            self._process.pid, ctypes.byref(self._clock)
        )
        try:
            self._wait_until_it_serves()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def cpu_seconds(self) -> float:
        """Returns the CPU seconds that the process has taken so far."""
        return time.clock_gettime(self._clock.value)

    def _wait_until_it_serves(self) -> None:
        deadline = time.monotonic() + self.seconds
        with serving.PredictionClient(self.target, self.model_name) as client:
            while time.monotonic() < deadline:
                if self._process.poll() is not None:
                    raise ChildProcessError(
                        f"{self._command[0]} should serve. Received: exit code "
                        f"{self._process.returncode}."
                    )
                try:
                    states = client.status().values()
                    if any(state.state == "AVAILABLE" for state in states):
                        return
                except serving.PredictionError:
                    pass  # not bound yet, or busy
                time.sleep(0.1)
        raise TimeoutError(
            f"{self._command[0]} should have loaded the model within "
            f"{self.seconds} s. Received: none that is available."
        )


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind((_HOST, 0))
        return taken.getsockname()[1]
