"""The command `python -m serving.local_server`."""

import argparse
import logging
import os
import signal
import threading

from serving.limits import Limits
from serving.threads import Threads

_LOOK_SECONDS = 0.1


def main(make_server, arguments=None):
    """Serves until told to stop by SIGTERM or SIGINT.

    Args:
        make_server: Class or function that takes what `LocalServer` takes.
        arguments: Optional list of strings. The default is the command line.

    Returns:
        The exit code, 0.
    """
    parser = _parser()
    chosen = parser.parse_args(arguments)
    _quieten()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    try:
        server = make_server(
            chosen.model_base_path,
            chosen.model_name,
            chosen.host,
            chosen.port,
            poll_seconds=chosen.poll_seconds,
            versions_kept=chosen.versions_kept,
            limits=_grouped(Limits, chosen),
            threads=Threads(
                chosen.threads,
                chosen.intra_op_threads,
                chosen.inter_op_threads,
            ),
        )
        server.start()
    except (OSError, ValueError) as error:
        parser.error(str(error))
    try:
        _announce(server, stopping)
        stopping.wait()
    finally:
        server.close()
    return 0


def _announce(server, stopping):
    while not stopping.is_set():
        try:
            version = server.wait_until_ready(_LOOK_SECONDS)
        except TimeoutError:
            continue
        print(
            f"serving {server.model_name} version {version} on {server.target}",
            flush=True,
        )
        return


def _quieten():
    """Leaves the log to this package; TensorFlow's is long and idle."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s"
    )
    logging.getLogger("tensorflow").setLevel(logging.ERROR)


def _grouped(dataclass, chosen):
    return dataclass(
        **{name: getattr(chosen, name) for name in dataclass.__annotations__}
    )


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m serving.local_server",
        description="Serve a versioned directory over TensorFlow Serving's "
        "gRPC API.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--model-name", required=True, help="name that clients ask for")
    add("--model-base-path", required=True, help="directory of the versions")
    add("--host", default="127.0.0.1", help="address to bind")
    add("--port", type=int, default=8500, help="port to bind; 0 = any free")
    add("--poll-seconds", type=float, default=1.0, help="between two looks")
    add("--versions-kept", type=int, default=1, help="newest to serve")
    add("--threads", type=int, default=4, help="predictions worked on at once")
    add("--intra-op-threads", type=int, default=0, help="0 = one a core")
    add("--inter-op-threads", type=int, default=0, help="0 = one a core")
    limits = Limits()
    for name in Limits.__annotations__:
        add(
            "--" + name.replace("_", "-"),
            type=int,
            default=getattr(limits, name),
            help="see serving.Limits",
        )
    return parser
