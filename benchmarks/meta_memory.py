"""What a step of meta-learning takes as the vocabulary grows.

    python -m benchmarks.meta_memory

writes `docs/results/meta_memory.md` and `.json`, and exits with 1 if a step
takes more memory beside the weights and what the optimizer keeps of them, or
more time, with the largest vocabulary than with the smallest, but for the
noise that is named there. Each row is a process of its own. It runs on Linux,
which tells the memory of a process; nothing else should run on the machine.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

import tfmtl
from benchmarks import report
from tfmtl.experiments import markdown
from tfmtl.experiments.environment import describe_environment

FLOAT_MB = 4 / 2**20
DIM = 16

FULL = {"rows": 512, "episodes": 5, "steps": 5, "experts": 8}
QUICK = {"rows": 16, "episodes": 2, "steps": 1, "experts": 2}
VOCABULARIES = (10_000, 100_000, 1_000_000)
# How much more the largest may take than the smallest.
_NOISE_MB, _NOISE_SHARE = 48.0, 1.5


@dataclasses.dataclass(frozen=True)
class StepCost:
    """What one step took.

    Args:
        ids: Number of ids of the large feature.
        state_mb: Weights and the two moments of Adam.
        beside_mb: Peak of the process's memory in the steps, less what it
            took when weights and moments were there.
        seconds: Median CPU seconds of a step.
    """

    ids: int
    state_mb: float
    beside_mb: float
    seconds: float


def step(ids: int, sizes: dict[str, int]) -> StepCost:
    """Takes some steps in this process, and returns what they took.

    Args:
        ids: Number of ids of the large feature.
        sizes: As `FULL`.
    """
    draw = np.random.default_rng(0)
    features = [
        tfmtl.CategoricalFeature("user", ids, DIM),
        tfmtl.CategoricalFeature("tags", 1000, DIM, max_length=5),
        *(tfmtl.CategoricalFeature(f"field_{n}", 100, DIM) for n in range(12)),
        tfmtl.CategoricalFeature("category", 30, DIM),
    ]
    model = tfmtl.models.MetaHeac(
        features,
        [tfmtl.BinaryTask("responds")],
        campaign_features=["category"],
        num_experts=sizes["experts"],
        seed=0,
    )
    meta = tfmtl.training.MetaLearner(model, 1e-3)
    meta.compile(tfmtl.optimizers.LazyAdam(1e-3))
    shape = (sizes["episodes"], sizes["rows"])

    def part() -> tuple[dict[str, Any], dict[str, Any]]:
        x = {
            each.name: draw.integers(
                0,
                each.vocabulary_size,
                (*shape, each.max_length) if each.max_length else shape,
                np.int32,
            )
            for each in features
        }
        return x, {"responds": draw.integers(0, 2, shape).astype("float32")}

    data = {"support": part(), "query": part()}
    _forget_peak()
    before = _memory_mb("VmRSS")
    episodes = tf.data.Dataset.from_tensors(data)
    meta.fit(episodes, verbose=0)
    seconds = []
    for _ in range(sizes["steps"]):
        start = time.process_time()
        meta.fit(episodes, verbose=0)
        seconds.append(time.process_time() - start)
    weights = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    return StepCost(
        ids,
        3 * weights * FLOAT_MB,
        _memory_mb("VmHWM") - before,
        statistics.median(seconds),
    )


def _forget_peak() -> None:
    """Has Linux count the peak from now on: making a table takes more."""
    pathlib.Path("/proc/self/clear_refs").write_text("5")


def _memory_mb(name: str) -> float:
    """Returns what Linux says of this process, `VmRSS` or `VmHWM`."""
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"/proc/self/status should have {name}. Received: none.")


def measure(quick: bool) -> list[StepCost]:
    """Takes steps with each vocabulary in a process of its own.

    Args:
        quick: Whether at the sizes of a smoke test.
    """
    costs = []
    for ids in VOCABULARIES:
        command = [sys.executable, "-m", "benchmarks.meta_memory"]
        command += ["--ids", str(ids), *(["--quick"] if quick else [])]
        print(f"Taking steps: {ids:,} ids ...", flush=True)
        run = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True
        )
        costs.append(StepCost(**json.loads(run.stdout.splitlines()[-1])))
    return costs


def bounds_of(costs: Sequence[StepCost]) -> dict[str, bool]:
    """Returns what was to be shown, and whether it was.

    Args:
        costs: A `StepCost` for each vocabulary, the smallest first.
    """
    small, large = costs[0], costs[-1]
    return {
        f"memory beside the state grows by less than {_NOISE_MB:.0f} MB from "
        f"{small.ids:,} to {large.ids:,} ids": (
            large.beside_mb - small.beside_mb < _NOISE_MB
        ),
        f"a step takes less than {_NOISE_SHARE} times as long": (
            large.seconds < _NOISE_SHARE * small.seconds
        ),
    }


def text(
    environment: dict[str, str],
    sizes: dict[str, int],
    costs: Sequence[StepCost],
    bounds: dict[str, bool],
) -> str:
    """Returns the report.

    Args:
        environment: What `describe_environment` returns.
        sizes: As `FULL`.
        costs: A `StepCost` for each vocabulary.
        bounds: What `bounds_of` returns.
    """
    header = ["ids", "state, MB", "beside it, MB", "one table, MB"]
    header += ["CPU s a step"]
    rows = [
        [
            f"{cost.ids:,}",
            f"{cost.state_mb:.0f}",
            f"{cost.beside_mb:.0f}",
            f"{cost.ids * DIM * FLOAT_MB:.1f}",
            f"{cost.seconds:.2f}",
        ]
        for cost in costs
    ]
    return "\n".join(
        [
            "# The memory of a step of meta-learning",
            "",
            "`{command}`, {date}; {versions}; {hardware}.".format(
                **environment
            ),
            "",
            "MetaHeac with {experts} experts, a feature of that many ids "
            "beside 14 small ones, embeddings of 16; second order, {episodes} "
            "episodes of {rows} rows in each set; `LazyAdam`. The state is "
            "weights and two moments. Adapting whole tables would take a "
            "table, its gradient and what the second order keeps of them for "
            "every episode.".format(**sizes),
            "",
            markdown.table(header, rows),
            "",
            report.verdicts(bounds),
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and returns the exit code."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--quick", action="store_true", help="a smoke test")
    parser.add_argument("--ids", type=int, help="this alone, as JSON")
    parser.add_argument("--output", type=pathlib.Path, default=report.RESULTS)
    options = parser.parse_args(arguments)
    sizes = QUICK if options.quick else FULL
    if options.ids:
        print(json.dumps(dataclasses.asdict(step(options.ids, sizes))))
        return 0
    costs = measure(options.quick)
    bounds = bounds_of(costs)
    environment = describe_environment("python -m benchmarks.meta_memory")
    told = text(environment, sizes, costs, bounds)
    print(told)
    results = {
        **environment,
        "sizes": sizes,
        "bounds": bounds,
        "steps": [dataclasses.asdict(cost) for cost in costs],
    }
    report.write(options.output, "meta_memory", told, results)
    return 0 if all(bounds.values()) else 1


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.exit(main())
