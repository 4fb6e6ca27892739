"""The ways to have a model predict: within the process, and over gRPC."""

import contextlib
import dataclasses
import pathlib
import shutil
import sys
import time
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping

import numpy as np

import serving
from benchmarks.server_process import ServerProcess
from serving.saved_model import Function

IN_PROCESS = "within the process"
LOCAL = "local server"
TENSORFLOW = "tensorflow_model_server"
NAME = "mmoe"
SIGNATURE = "serving_default"
TIMEOUT = 30.0

Columns = Mapping[str, np.ndarray]


@dataclasses.dataclass(frozen=True)
class Way:
    """A way to have a batch predicted.

    Args:
        name: Its name.
        predict: Takes columns and returns the outputs by name.
        cpu_seconds: Tells the CPU seconds of the process that predicts.
    """

    name: str
    predict: Callable[[Columns], Columns]
    cpu_seconds: Callable[[], float]


def within(function: Function) -> Way:
    """Returns the way that calls a signature as the local server does.

    Args:
        function: The signature.
    """
    inputs, outputs = function.signature.inputs, function.signature.outputs

    def predict(columns: Columns) -> Columns:
        arrays = function.run(*[columns[name] for name in inputs])
        return dict(zip(outputs, arrays, strict=True))

    return Way(IN_PROCESS, predict, time.process_time)


@contextlib.contextmanager
def over_grpc(base: pathlib.Path) -> Iterator[list[Way]]:
    """Yields a way for each kind of server that there is.

    Args:
        base: Folder with one version of the model.
    """
    with contextlib.ExitStack() as stack:
        ways = []
        for name, command in _commands(base).items():
            server = stack.enter_context(ServerProcess(command, NAME))
            client = stack.enter_context(
                serving.PredictionClient(server.target, NAME, TIMEOUT)
            )
            ways.append(Way(name, _asking(client), server.cpu_seconds))
        yield ways


def _asking(client: serving.PredictionClient) -> Callable[[Columns], Columns]:
    return lambda columns: client.predict(columns, SIGNATURE)


def _commands(
    base: pathlib.Path,
) -> dict[str, Callable[[int], list[str]]]:
    commands = {
        LOCAL: lambda port: [
            *(sys.executable, "-m", "serving.local_server"),
            *("--model-name", NAME, "--model-base-path", str(base)),
            *("--port", str(port)),
        ]
    }
    program = shutil.which(TENSORFLOW)
    if program:
        commands[TENSORFLOW] = lambda port: [
            program,
            f"--port={port}",
            f"--model_name={NAME}",
            f"--model_base_path={base}",
        ]
    return commands
