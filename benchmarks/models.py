"""What a step of every model costs beside the MMoE's, and a meta step.

    python -m benchmarks.models

writes `docs/results/models_step.md` and `.json`, and exits with 1 if a model
takes more than 2.5 times the MMoE's time without a reason given in
`model_contenders.SIZES`. CPU time of the process on one thread; nothing else
should run on the machine.
"""

import dataclasses
import os
import statistics
import sys
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from benchmarks import cpu_time
from benchmarks import model_contenders
from benchmarks import models_report
from benchmarks import report
from benchmarks.contenders import Contender
from benchmarks.models_report import ModelTime
from tfmtl.experiments.environment import describe_environment

FULL = {"batches": 30, "batch_size": 2048, "dim": 5, "rounds": 3}
QUICK = {"batches": 4, "batch_size": 64, "dim": 5, "rounds": 1}


def measure(
    batches: int, batch_size: int, dim: int, rounds: int
) -> tuple[list[ModelTime], list[ModelTime]]:
    """Times the plain steps of all models, and meta steps of the MMoE.

    Args:
        batches: Batches an epoch.
        batch_size: Rows a step.
        dim: Width of the embeddings.
        rounds: How often each is run.
    """
    path = model_contenders.rows_like_ali_ccp(batches * batch_size, dim)
    basis = model_contenders.BASIS
    plain = {
        name: model_contenders.plain(name, path, batch_size)
        for name in model_contenders.SIZES
    }
    meta = {
        models_report.PLAIN: plain[basis],
        models_report.FIRST_ORDER: model_contenders.meta(
            basis, path, batch_size, first_order=True
        ),
        models_report.SECOND_ORDER: model_contenders.meta(
            basis, path, batch_size, first_order=False
        ),
    }
    rows = len(path)
    return (
        _times(plain, basis, rows, rounds),
        _times(meta, models_report.PLAIN, rows, rounds),
    )


def _times(
    contenders: Mapping[str, Contender], basis: str, rows: int, rounds: int
) -> list[ModelTime]:
    for contender in contenders.values():
        contender.warm_up()
    runs = {name: each.epoch for name, each in contenders.items()}
    seconds = cpu_time.alternate(runs, rounds)
    results = []
    for name, taken in seconds.items():
        each = [second / rows * 1e6 for second in taken]
        ratio = cpu_time.median_ratio(seconds[basis], taken)
        results.append(ModelTime(name, statistics.median(each), ratio, each))
    return results


def run(sizes: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Times everything, and returns the report and all numbers."""
    print(f"Timing {len(model_contenders.SIZES)} models ...", flush=True)
    models, meta = measure(**sizes)
    bounds = models_report.bounds(models, model_contenders.SIZES)
    environment = describe_environment("python -m benchmarks.models")
    results = {
        **environment,
        "sizes": sizes,
        "bounds": bounds,
        "models": [dataclasses.asdict(each) for each in models],
        "meta": [dataclasses.asdict(each) for each in meta],
    }
    text = models_report.text(environment, sizes, models, meta, bounds)
    return text, results


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and returns the exit code."""
    return report.run_command(
        __doc__, "models_step", run, FULL, QUICK, arguments
    )


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # So many models look to TensorFlow like one that is traced anew.
    tf.get_logger().setLevel("ERROR")
    cpu_time.use_one_thread()
    sys.exit(main())
