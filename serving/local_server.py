r"""Serves one model as TensorFlow Serving would, within a Python process.

Run it on the directory that the pipeline pushes to:

    python -m serving.local_server --model-name funnel \
        --model-base-path serving_models/funnel
"""

import pathlib
import sys
import threading

from serving import command_line
from serving import health
from serving import model_manager
from serving.limits import Limits
from serving.threads import Threads

_GRACE_SECONDS = 5.0
_LARGEST_PORT = (1 << 16) - 1
# TensorFlow Serving answers health checks under these fixed names.
_SERVICES = ("PredictionService", "ModelService")


class LocalServer:
    """Serves the versions below a directory over gRPC.

    A context manager: it is bound to its port on entering, serves as soon as
    a version is loaded, and on leaving lets the requests under way finish.

    Args:
        base_path: Directory with one directory a version.
        model_name: Name that clients ask for.
        host: Address to bind. The default is out of reach of other machines;
            there is no authentication.
        port: Port to bind; 0 picks a free one. Once started, the attribute
            `port` is the one picked.
        poll_seconds: Time between two looks for new versions.
        versions_kept: How many of the newest versions to serve.
        limits: Optional `Limits` of requests.
        threads: Optional `Threads` to work with.

    Raises:
        ValueError: If the directory does not exist, or a number is wrong.
        OSError: On entering, if the address cannot be bound.
        RuntimeError: On entering a second time.

    Example:

    >>> with LocalServer("serving_models/funnel", "funnel") as server:
    ...     server.wait_until_ready(timeout=30)
    1732000000
    """

    def __init__(
        self,
        base_path,
        model_name,
        host="127.0.0.1",
        port=0,
        *,
        poll_seconds=1.0,
        versions_kept=1,
        limits=None,
        threads=None,
    ):
        _check(base_path, model_name)
        _check_numbers(port, poll_seconds, versions_kept)
        self.base_path = pathlib.Path(base_path)
        self.model_name = model_name
        self.host = host
        self.port = port
        self.limits = limits or Limits()
        self.threads = threads or Threads()
        self._manager = model_manager.ModelManager(
            model_name, self.base_path, self._load, versions_kept, poll_seconds
        )
        self._server = None
        self._started = False

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def target(self):
        """Address for a `PredictionClient`."""
        return _address(self.host, self.port)

    def start(self):
        """Binds the port and begins to load.

        Raises:
            OSError: If the address cannot be bound; it may be tried again.
            RuntimeError: If the server was started before, closed or not.
        """
        if self._started:
            raise RuntimeError(
                "A `LocalServer` can be started once; make another one. "
                f"Received: one that was started on {self.target}."
            )
        # TensorFlow takes seconds to import; asking for help should not.
        from serving import grpc_server

        checks = health.Health([self.model_name, *_SERVICES], self._is_ready)
        server = grpc_server.build(
            self._manager, checks, self.limits, self.threads.requests
        )
        try:
            bound = server.add_insecure_port(self.target)
        except RuntimeError:
            bound = 0
        if not bound:
            server.stop(None)
            raise OSError(
                f"Cannot bind {self.target}; is the port taken, or the "
                "address not this machine's? "
                f"Received: host={self.host!r}, port={self.port}."
            )
        self._started = True
        self.port = bound
        self._server = server
        self._server.start()
        self._manager.start()

    def wait_until_ready(self, timeout):
        """Returns the version served, waiting for it if need be.

        Args:
            timeout: Seconds to wait.

        Raises:
            TimeoutError: If no version could be loaded by then; tells why.
        """
        version = self._manager.wait_until_ready(timeout)
        if version is None:
            raise TimeoutError(
                f"No version of {self.model_name!r} below {self.base_path} "
                f"could be served within {timeout} s; a version is a "
                "directory named by a whole number, with a SavedModel. "
                f"Received: versions={self._manager.status()}."
            )
        return version

    def close(self):
        """Stops accepting, finishes what is under way, unloads.

        What is not finished after some seconds of grace is cancelled.
        """
        if self._server is not None:
            self._server.stop(_GRACE_SECONDS).wait()
            self._server = None
            self._manager.close(_GRACE_SECONDS)

    def _is_ready(self):
        return self._manager.wait_until_ready(timeout=0) is not None

    def _load(self, path):
        from serving import saved_model
        from serving import warmup

        model = saved_model.SavedModel(
            path,
            self.threads.intra_op,
            self.threads.inter_op,
            self.limits.max_seconds,
        )
        try:
            warmup.warm_up(model, path)
        except BaseException:
            model.close()
            raise
        return model


def _check(base_path, model_name):
    if not pathlib.Path(base_path).is_dir():
        raise ValueError(
            "`base_path` should be an existing directory, the one that "
            f"versions are pushed to. Received: base_path={str(base_path)!r}."
        )
    if not model_name:
        raise ValueError(
            "`model_name` should be the name that clients ask for. "
            f"Received: model_name={model_name!r}."
        )


def _check_numbers(port, poll_seconds, versions_kept):
    if not 0 <= port <= _LARGEST_PORT:  # gRPC would bind another one
        raise ValueError(
            f"`port` should be an integer from 0 to {_LARGEST_PORT}. "
            f"Received: port={port!r}."
        )
    if not 0 < poll_seconds <= threading.TIMEOUT_MAX:
        raise ValueError(
            "`poll_seconds` should be a positive number of seconds, one that "
            "a thread can wait for. "
            f"Received: poll_seconds={poll_seconds!r}."
        )
    if versions_kept < 1:
        raise ValueError(
            "`versions_kept` should be a positive integer. "
            f"Received: versions_kept={versions_kept!r}."
        )


def _address(host, port):
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


if __name__ == "__main__":
    sys.exit(command_line.main(LocalServer))
