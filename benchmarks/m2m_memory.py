"""What a step of M2M takes in memory and time at the sizes of its paper.

    python -m benchmarks.m2m_memory

writes `docs/results/m2m_memory.md` and `.json`, and exits with 1 if a step
takes as much memory, beside the weights and what the optimizer keeps of them,
as all generated kernels and their gradients would. Each row is a process of
its own, as a process does not give its peak back. Nothing else should run on
the machine.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

import tfmtl
from benchmarks import report
from tfmtl.experiments import markdown
from tfmtl.experiments.environment import describe_environment

FLOAT_MB = 4 / 2**20

FULL = {"rows": 256, "num_tasks": 5, "units": 256, "scenario_units": 64}
QUICK = {"rows": 8, "num_tasks": 2, "units": 16, "scenario_units": 4}
# Arguments of the model beside the sizes, by what they are called.
CASES: dict[str, dict[str, Any]] = {
    "a unit for each task": {},
    "units shared by the tasks": {"meta_sharing": True},
    "attention of 128 units": {"meta_dim": 128},
}


@dataclasses.dataclass(frozen=True)
class StepCost:
    """What one step took.

    Args:
        case: How the model was made.
        weights: Number of trained numbers.
        generated_mb: What the generated kernels of a batch would take if all
            were there at once, in one direction.
        state_mb: Weights, gradients and the two moments of Adam.
        peak_mb: Peak of the process's memory in training, less what it took
            before the model was made.
        seconds: CPU seconds of the second step.
    """

    case: str
    weights: int
    generated_mb: float
    state_mb: float
    peak_mb: float
    seconds: float

    @property
    def beside_mb(self) -> float:
        """What the step took beside the state."""
        return self.peak_mb - self.state_mb

    @property
    def within_bound(self) -> bool:
        """Whether that is less than the kernels would take both ways."""
        return self.beside_mb < 2 * self.generated_mb


def step(case: str, sizes: dict[str, int]) -> StepCost:
    """Takes two steps in this process, and returns what they took.

    Args:
        case: Key of `CASES`.
        sizes: As `FULL`.
    """
    before = _peak_mb()
    draw = np.random.default_rng(0)
    names = [f"day_{number}" for number in range(10)]
    features = [
        *(tfmtl.SequenceFeature(name, 40, 32, 16) for name in names),
        tfmtl.CategoricalFeature("scenario", 6, embedding_dim=16),
    ]
    tasks = [tfmtl.CountTask(f"t{i}") for i in range(sizes["num_tasks"])]
    rows = sizes["rows"]
    x = {name: draw.integers(0, 32, (rows, 40)) for name in names}
    x["scenario"] = draw.integers(0, 6, rows)
    y = {t.name: draw.poisson(2.0, rows).astype("float32") for t in tasks}
    model = tfmtl.models.M2M.paper(
        features,
        tasks,
        sequences=[names[:5], names[5:]],
        expert_units=(sizes["units"],),
        scenario_units=sizes["scenario_units"],
        **CASES[case],
    )
    model.compile(
        tfmtl.optimizers.LazyAdam(
            2e-3, beta_2=0.998, epsilon=1e-9, clipvalue=3.0
        )
    )
    model.train_on_batch(x, y)
    start = time.process_time()
    model.train_on_batch(x, y)
    seconds = time.process_time() - start
    weights = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    kernels = sum(
        int(np.prod(w.shape[1:]))
        for w in model.trainable_weights
        if w.name.startswith("generator")
    )
    return StepCost(
        case,
        weights,
        rows * kernels * FLOAT_MB,
        4 * weights * FLOAT_MB,
        _peak_mb() - before,
        seconds,
    )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(quick: bool) -> list[StepCost]:
    """Takes steps of each case in a process of its own.

    Args:
        quick: Whether at the sizes of a smoke test.
    """
    costs = []
    for case in CASES:
        command = [sys.executable, "-m", "benchmarks.m2m_memory"]
        command += ["--case", case, *(["--quick"] if quick else [])]
        print(f"Taking steps: {case} ...", flush=True)
        run = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True
        )
        costs.append(StepCost(**json.loads(run.stdout.splitlines()[-1])))
    return costs


def text(environment: dict[str, str], sizes: dict[str, int], costs: Any) -> str:
    """Returns the report.

    Args:
        environment: What `describe_environment` returns.
        sizes: As `FULL`.
        costs: A `StepCost` for each case.
    """
    header = ["model", "million weights", "state, MB", "beside it, MB"]
    header += ["kernels both ways, if all at once, MB", "CPU s a step"]
    rows = [
        [
            cost.case,
            f"{cost.weights / 1e6:.1f}",
            f"{cost.state_mb:.0f}",
            f"{cost.beside_mb:.0f}",
            f"{2 * cost.generated_mb:.0f}",
            f"{cost.seconds:.1f}",
        ]
        for cost in costs
    ]
    return "\n".join(
        [
            "# The memory of a step of M2M",
            "",
            "`{command}`, {date}; {versions}; {hardware}.".format(
                **environment
            ),
            "",
            "Ten sequences of 40 days, {num_tasks} tasks, {rows} rows; experts "
            "of {units} units, so that the attention's units are twice as "
            "wide; {scenario_units} units of knowledge of the scenario; "
            "`LazyAdam`. The state is weights, gradients and two "
            "moments.".format(**sizes),
            "",
            markdown.table(header, rows),
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and returns the exit code."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--quick", action="store_true", help="a smoke test")
    parser.add_argument("--case", choices=CASES, help="this alone, as JSON")
    parser.add_argument("--output", type=pathlib.Path, default=report.RESULTS)
    options = parser.parse_args(arguments)
    sizes = QUICK if options.quick else FULL
    if options.case:
        print(json.dumps(dataclasses.asdict(step(options.case, sizes))))
        return 0
    costs = measure(options.quick)
    environment = describe_environment("python -m benchmarks.m2m_memory")
    told = text(environment, sizes, costs)
    print(told)
    results = {
        **environment,
        "sizes": sizes,
        "bounds": {cost.case: cost.within_bound for cost in costs},
        "steps": [dataclasses.asdict(cost) for cost in costs],
    }
    report.write(options.output, "m2m_memory", told, results)
    return 0 if all(results["bounds"].values()) else 1


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.exit(main())
