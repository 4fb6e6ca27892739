"""Speed of a train step, against stock Keras, and what it costs in quality.

    python -m benchmarks.train_step

writes `docs/results/train_step.md` and `.json`, and exits with 1 if one of
the bounds below is missed. CPU time of the process on one thread; nothing
else should run on the machine, least of all what is heavy on memory.
"""

import dataclasses
import os
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks import cpu_time
from benchmarks import quality_guard
from benchmarks import report
from benchmarks import throughput
from benchmarks import train_step_report
from benchmarks import vocabulary_cost
from tfmtl.experiments.environment import describe_environment

FULL: dict[str, dict[str, Any]] = {
    "throughput": {
        "batches": 50,
        "batch_size": 2048,
        "rounds": {5: 5, 16: 3},
    },
    "step": {
        "ours": (10**5, 10**6, 10**7),
        "stock": (10**5, 10**6),
        "steps": 15,
        "batch_size": 4096,
        "rounds": 3,
    },
    "quality": {
        "train_rows": 200_000,
        "test_rows": 100_000,
        "epochs": 1,
        "seeds": (0, 1, 2),
    },
}
QUICK: dict[str, dict[str, Any]] = {
    "throughput": {"batches": 3, "batch_size": 64, "rounds": {5: 1}},
    "step": {
        "ours": (100, 10_000),
        "stock": (100,),
        "steps": 3,
        "batch_size": 64,
        "rounds": 1,
    },
    "quality": {
        "train_rows": 1_000,
        "test_rows": 1_000,
        "epochs": 1,
        "seeds": (0,),
    },
}


def run(sizes: dict[str, dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    """Runs the three parts, and returns the report and all numbers."""
    print("Timing an epoch against stock Keras ...", flush=True)
    speeds = throughput.measure(**sizes["throughput"])
    print("Timing a step by the number of ids ...", flush=True)
    steps = vocabulary_cost.measure(**sizes["step"])
    print("Comparing the AUC of both optimizers ...", flush=True)
    qualities = quality_guard.measure(**sizes["quality"])
    bounds = train_step_report.bounds(speeds, steps, qualities)
    environment = describe_environment("python -m benchmarks.train_step")
    text = train_step_report.text(
        environment, sizes, speeds, steps, qualities, bounds
    )
    results = {
        **environment,
        "sizes": sizes,
        "bounds": bounds,
        "throughput": [dataclasses.asdict(each) for each in speeds],
        "step": [dataclasses.asdict(each) for each in steps],
        "quality": [dataclasses.asdict(each) for each in qualities],
    }
    return text, results


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and returns the exit code."""
    return report.run_command(
        __doc__, "train_step", run, FULL, QUICK, arguments
    )


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    cpu_time.use_one_thread()
    sys.exit(main())
