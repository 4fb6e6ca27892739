"""Whether models of a conversion path help a sparse last step.

    python -m benchmarks.planted_funnel

trains every model of `funnel_contenders` on a synthetic path with a known
answer, for several seeds, and writes `docs/results/planted_funnel.md` and
`.json`. A run that was killed goes on where it was. Exits with 1 if AITM or
PIMM does not beat SharedBottom on the last step by more than the standard
error.
"""

import argparse
import dataclasses
import os
import pathlib
import sys
from collections.abc import Sequence

from benchmarks import cpu_time
from benchmarks import funnel_report
from benchmarks import funnel_runs
from benchmarks import report
from benchmarks.funnel_contenders import MAKERS

QUICK = funnel_runs.Settings(
    rows=(4_000, 2_000, 4_000), rates=(0.3, 0.1, 0.03), epochs=2, patience=1
)


def complete(
    record: funnel_runs.Record,
    settings: funnel_runs.Settings,
    seeds: Sequence[int],
) -> list[funnel_runs.Run]:
    """Trains what the record lacks, and returns all runs of these seeds."""
    for seed in seeds:
        done = {run.model for run in record.runs() if run.seed == seed}
        missing = [name for name in MAKERS if name not in done]
        if not missing:
            continue
        parts = funnel_runs.make_parts(settings, seed)
        for name in missing:
            run = funnel_runs.train_and_test(name, seed, settings, parts)
            record.append(run)
            aucs = "  ".join(f"{auc:.4f}" for auc in run.auc.values())
            print(f"seed {seed}  {name:<32}{aucs}", flush=True)
    return [run for run in record.runs() if run.seed in seeds]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the experiment and returns the exit code."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a smoke test")
    parser.add_argument("--output", type=pathlib.Path, default=report.RESULTS)
    parser.add_argument(
        "--record",
        type=pathlib.Path,
        default=pathlib.Path("runs/planted_funnel.jsonl"),
        help="where finished runs are kept until all are there",
    )
    options = parser.parse_args(arguments)
    if options.seeds < 2:
        parser.error("a standard error needs at least 2 seeds")
    settings = QUICK if options.quick else funnel_runs.Settings()
    record = funnel_runs.Record(options.record, settings)
    runs = complete(record, settings, range(options.seeds))
    bounds = funnel_report.bounds(runs)
    environment = report.environment("python -m benchmarks.planted_funnel")
    text = funnel_report.text(environment, runs, settings, bounds)
    print(text)
    results = {
        **environment,
        "settings": dataclasses.asdict(settings),
        "bounds": bounds,
        "runs": [dataclasses.asdict(run) for run in runs],
    }
    report.write(options.output, "planted_funnel", text, results)
    # The next run starts anew: the code may have changed by then.
    options.record.unlink()
    return 0 if all(bounds.values()) else 1


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    cpu_time.use_one_thread()
    sys.exit(main())
