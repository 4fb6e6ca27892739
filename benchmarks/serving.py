"""What a prediction over gRPC takes, beside the same call in the process.

    python -m benchmarks.serving

writes `docs/results/serving.md` and `.json`, and exits with 1 if one of the
bounds of `serving_report` is missed. Servers are processes of their own;
`tensorflow_model_server` is measured where it is on the PATH. Nothing else
should run on the machine.
"""

import contextlib
import dataclasses
import functools
import logging
import os
import pathlib
import sys
import tempfile
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks import cpu_time
from benchmarks import model_contenders
from benchmarks import report
from benchmarks import request_load
from benchmarks import serving_report
from benchmarks import serving_ways
from benchmarks.serving_report import Cost
from benchmarks.serving_ways import Columns
from benchmarks.serving_ways import Way
from serving.columns import to_inputs
from serving.saved_model import SavedModel
from tfmtl.experiments.environment import describe_environment

FULL: dict[str, Any] = {
    "rows": [1, 32, 512],
    "threads": [1, 4],
    "requests": 200,
    "rounds": 5,
}
QUICK: dict[str, Any] = {
    "rows": [1, 512],
    "threads": [1, 2],
    "requests": 10,
    "rounds": 1,
}
DIM = 5
BATCHES = 8


def measure(
    rows: Sequence[int], threads: Sequence[int], requests: int, rounds: int
) -> list[Cost]:
    """Times all ways in alternation.

    Args:
        rows: Numbers of rows of a request.
        threads: Numbers of threads that ask at once.
        requests: Requests of each case a round.
        rounds: How often each case is run.
    """
    with contextlib.ExitStack() as stack:
        base = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        print("Making the model ...", flush=True)
        ids = _export(base / "1", BATCHES * max(rows))
        model = stack.enter_context(contextlib.closing(SavedModel(base / "1")))
        function = model.functions[serving_ways.SIGNATURE]
        x = to_inputs(ids, function.signature)
        batches = {size: _cut(x, size) for size in rows}
        print("Starting servers ...", flush=True)
        served = stack.enter_context(serving_ways.over_grpc(base))
        ways = [serving_ways.within(function), *served]
        differences = _differences(ways, batches)
        print("Asking ...", flush=True)
        sends = {
            (way, count, size): functools.partial(
                request_load.send,
                way.predict,
                batches[size],
                count,
                requests,
                way.cpu_seconds,
            )
            for way in ways
            for count in threads
            for size in rows
        }
        bursts = cpu_time.alternate(sends, rounds, timed=lambda send: send())
    return [
        serving_report.cost(
            way.name, count, size, taken, differences[way, size]
        )
        for (way, count, size), taken in bursts.items()
    ]


def _export(path: pathlib.Path, rows: int) -> Columns:
    made = model_contenders.rows_like_ali_ccp(rows, DIM)
    contender = model_contenders.plain(model_contenders.BASIS, made, rows)
    contender.model.export(str(path), verbose=False)
    return made.x


def _cut(x: Columns, size: int) -> list[Columns]:
    return [
        {name: ids[start : start + size] for name, ids in x.items()}
        for start in range(0, BATCHES * size, size)
    ]


def _differences(
    ways: Sequence[Way], batches: Mapping[int, Sequence[Columns]]
) -> dict[tuple[Way, int], float]:
    """Asks for every batch once, which warms everything up.

    Returns:
        By way and number of rows, the largest difference of an answer from
        the first way's.
    """
    differences = {}
    for size, each in batches.items():
        expected = [ways[0].predict(batch) for batch in each]
        for way in ways:
            answers = [way.predict(batch) for batch in each]
            differences[way, size] = max(
                float(np.abs(answer[task] - right[task]).max())
                for answer, right in zip(answers, expected, strict=True)
                for task in right
            )
    return differences


def run(sizes: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Times everything, and returns the report and all numbers."""
    costs = measure(**sizes)
    bounds = serving_report.bounds(costs)
    environment = describe_environment(
        "python -m benchmarks.serving",
        ["tfmtl", "tensorflow", "grpcio", "protobuf", "numpy"],
    )
    results = {
        **environment,
        "sizes": sizes,
        "bounds": bounds,
        "costs": [dataclasses.asdict(each) for each in costs],
    }
    return serving_report.text(environment, sizes, costs, bounds), results


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and returns the exit code."""
    return report.run_command(__doc__, "serving", run, FULL, QUICK, arguments)


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Loading says on every start that it will change one day.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    sys.exit(main())
