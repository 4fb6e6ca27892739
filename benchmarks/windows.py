"""Speed and memory of cutting windows by Apache Beam.

    python -m benchmarks.windows

writes `docs/results/windows.md` and `.json`, and exits with 1 if the peak of
the memory grows by a quarter or more from the fewest to the most advertisers,
or if two workers write other samples than one. Each run is a process of its
own, as a process does not give its peak back.
"""

import argparse
import dataclasses
import hashlib
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import Any

from benchmarks import made_facts
from benchmarks import report
from tfmtl.experiments import markdown
from tfmtl.experiments.environment import describe_environment

FULL: dict[str, Any] = {
    "advertisers": [1_000, 10_000, 100_000],
    "compared": 10_000,
}
QUICK: dict[str, Any] = {"advertisers": [40, 80], "compared": 40}
BUCKET_ROWS = 25_000


@dataclasses.dataclass(frozen=True)
class Cutting:
    """What one run took.

    Args:
        advertisers: Number of advertisers.
        workers: Number of processes.
        facts: Rows read.
        samples: Rows written.
        buckets: Number of buckets.
        cpu_seconds: Of all processes.
        seconds: By the clock.
        peak_mb: Peak of the memory of the largest process.
        digest: Of all samples, whatever their order; "" where nothing is
            compared.
    """

    advertisers: int
    workers: int
    facts: int
    samples: int
    buckets: int
    cpu_seconds: float
    seconds: float
    peak_mb: float
    digest: str


def cut(data: str, folder: str, advertisers: int, workers: int) -> Cutting:
    """Cuts the windows of made-up facts in this process.

    Args:
        data: Folder of the tables.
        folder: Folder of the samples.
        advertisers: Number of advertisers.
        workers: Number of processes.
    """
    # TensorFlow and TFX are not needed by the process that starts the others.
    import pyarrow.parquet as pq

    from pipeline.advertiser import columns
    from pipeline.advertiser import window_gen_executor as executor
    from pipeline.advertiser.forecast import beam_pipeline
    from pipeline.advertiser.tables import table_files
    from pipeline.advertiser.window_plan import make_plan
    from pipeline.advertiser.window_settings import WindowSettings

    files = table_files(data)
    split = WindowSettings().split(files["facts"], columns.SPEC)
    plan = make_plan(
        files,
        split.sets,
        split.last_day,
        BUCKET_ROWS,
        {name: os.path.join(folder, name) for name in split.sets},
        os.path.join(folder, "work"),
    )
    start, cpu = time.monotonic(), _cpu_seconds()
    reports = executor.run_plan(plan, lambda: beam_pipeline(workers))
    seconds, cpu = time.monotonic() - start, _cpu_seconds() - cpu
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return Cutting(
        advertisers,
        workers,
        sum(pq.read_metadata(path).num_rows for path in files["facts"]),
        sum(found.rows for found in reports.values()),
        plan.buckets,
        cpu,
        seconds,
        max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024,
        # Looking at every field of millions of samples would take longer.
        _digest(folder) if advertisers <= FULL["compared"] else "",
    )


def _cpu_seconds() -> float:
    return sum(os.times()[:4])


def _digest(folder: str) -> str:
    """Returns one number of all samples: their fields have no order."""
    import tensorflow as tf

    total = 0
    for path in sorted(pathlib.Path(folder).rglob("*.gz")):
        rows = tf.data.TFRecordDataset(str(path), "GZIP")
        for record in rows.as_numpy_iterator():
            fields = tf.train.Example.FromString(record).features.feature
            named = sorted(
                (name, field.SerializeToString())
                for name, field in fields.items()
            )
            text = repr((path.name, named)).encode()
            total += int.from_bytes(hashlib.blake2b(text).digest()[:8], "big")
    return f"{total % 2**64:016x}"


def measure(sizes: dict[str, Any]) -> list[Cutting]:
    """Cuts windows of each size, in processes of their own.

    Args:
        sizes: As `FULL`.
    """
    cuttings = []
    for advertisers in sizes["advertisers"]:
        runs = (1, 2) if advertisers == sizes["compared"] else (1,)
        with tempfile.TemporaryDirectory() as folder:
            data = os.path.join(folder, "data")
            made_facts.write_tables(data, advertisers)
            for workers in runs:
                print(f"{advertisers:,} advertisers, {workers} ...", flush=True)
                command = [sys.executable, "-m", "benchmarks.windows"]
                command += ["--run", str(advertisers), str(workers), data]
                done = subprocess.run(
                    command, check=True, stdout=subprocess.PIPE, text=True
                )
                told = json.loads(done.stdout.splitlines()[-1])
                cuttings.append(Cutting(**told))
    return cuttings


def bounds(cuttings: Sequence[Cutting]) -> dict[str, bool]:
    """Returns what was to be shown, and whether it was.

    Args:
        cuttings: Runs of one worker, and of two for one size.
    """
    alone = [each for each in cuttings if each.workers == 1]
    [pair] = [
        (one, two)
        for one in alone
        for two in cuttings
        if two.workers == 2 and two.advertisers == one.advertisers
    ]
    growth = alone[-1].peak_mb / alone[0].peak_mb
    return {
        f"the peak of the memory grows by less than a quarter from "
        f"{alone[0].advertisers:,} to {alone[-1].advertisers:,} advertisers: "
        f"{growth - 1:+.0%}": growth < 1.25,
        "two workers write the same samples as one": (
            pair[0].digest == pair[1].digest
        ),
    }


def text(environment: dict[str, str], cuttings: Sequence[Cutting]) -> str:
    """Returns the report.

    Args:
        environment: What `describe_environment` returns.
        cuttings: All runs.
    """
    header = ["advertisers", "workers", "facts", "samples", "buckets"]
    header += ["CPU s", "samples a CPU s", "facts a CPU s", "wall s", "peak MB"]
    rows = [
        [
            f"{each.advertisers:,}",
            str(each.workers),
            f"{each.facts:,}",
            f"{each.samples:,}",
            str(each.buckets),
            f"{each.cpu_seconds:.1f}",
            f"{each.samples / each.cpu_seconds:,.0f}",
            f"{each.facts / each.cpu_seconds:,.0f}",
            f"{each.seconds:.1f}",
            f"{each.peak_mb:.0f}",
        ]
        for each in cuttings
    ]
    return "\n".join(
        [
            "# Windows of history, cut by Apache Beam",
            "",
            "`{command}`, {date}; {versions}; {hardware}.".format(
                **environment
            ),
            "",
            "From Parquet to compressed tf.Examples with 40 days of six facts, "
            "attributes and labels; 120 days of made-up facts, weekly anchors; "
            f"{BUCKET_ROWS:,} facts a bucket. The peak is that of the largest "
            "process, TensorFlow's own memory included. A worker of its own "
            "imports TensorFlow again, which is in its CPU seconds.",
            "",
            markdown.table(header, rows),
            "",
            report.verdicts(bounds(cuttings)),
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and returns the exit code."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--quick", action="store_true", help="a smoke test")
    parser.add_argument(
        "--run",
        nargs=3,
        metavar=("ADVERTISERS", "WORKERS", "DATA"),
        help="this alone, as JSON",
    )
    parser.add_argument("--output", type=pathlib.Path, default=report.RESULTS)
    options = parser.parse_args(arguments)
    if options.run:
        advertisers, workers, data = options.run
        with tempfile.TemporaryDirectory() as folder:
            done = cut(data, folder, int(advertisers), int(workers))
        print(json.dumps(dataclasses.asdict(done)))
        return 0
    cuttings = measure(QUICK if options.quick else FULL)
    environment = describe_environment("python -m benchmarks.windows")
    told = text(environment, cuttings)
    print(told)
    results = {
        **environment,
        "bounds": bounds(cuttings),
        "runs": [dataclasses.asdict(each) for each in cuttings],
    }
    report.write(options.output, "windows", told, results)
    return 0 if all(results["bounds"].values()) else 1


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.exit(main())
