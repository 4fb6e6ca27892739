"""Users per second that the best are chosen of, and what limits it.

    python -m benchmarks.retrieval

writes `docs/results/retrieval.md` and `.json`, and exits with 1 if one of the
bounds below is missed. CPU time of the process on one thread; nothing else
should run on the machine. The stored representations take 6.5 GB of room.
"""

import argparse
import dataclasses
import os
import pathlib
import statistics
import sys
import tempfile
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

import tfmtl
from benchmarks import cpu_time
from benchmarks import report
from benchmarks import retrieval_data
from tfmtl.audience.retrieval.score_function import score_function
from tfmtl.experiments import markdown
from tfmtl.experiments.environment import describe_environment

FULL = {"users": 2_000_000, "shards": 8, "size": 20_000, "rounds": 3}
QUICK = {"users": 20_000, "shards": 2, "size": 100, "rounds": 1}

FORWARD = "forward pass, users in memory"
WHOLE = "the whole model"
HEADS = "heads, representations stored as float32"
HALF = "heads, representations stored as float16"
NEAR = "the whole model, on the tenth most like 1,000 seeds"

MOST_RATIO = 1.2
MOST_OF_HEADS = 0.4
MANY_USERS, SECONDS = 10**9, 600
SEEDS = 1000


@dataclasses.dataclass(frozen=True)
class Speed:
    """What one way took.

    Args:
        way: Its name.
        cpu_us_per_user: CPU microseconds a user, the median round.
        ratio: Median over the rounds of its CPU time over the forward pass's.
        same: Share of its audience that the whole model's has, too.
        rounds: CPU microseconds a user of every round.
    """

    way: str
    cpu_us_per_user: float
    ratio: float
    same: float
    rounds: list[float]

    @property
    def cores(self) -> float:
        """Cores that choose from a thousand million users in ten minutes."""
        return MANY_USERS * self.cpu_us_per_user / 1e6 / SECONDS


def measure(
    folder: pathlib.Path, users: int, shards: int, size: int, rounds: int
) -> list[Speed]:
    """Times all ways in alternation.

    Args:
        folder: Where to write users, representations and audiences.
        users: Number of users.
        shards: Number of their files.
        size: Users of an audience.
        rounds: Runs of each.
    """
    base = retrieval_data.write_users(folder / "users", users, shards)
    model, campaign = retrieval_data.model(), retrieval_data.CAMPAIGN
    columns = base.read([f.name for f in retrieval_data.USER_FEATURES])
    del columns[base.id_column]
    forward = score_function(model, campaign)
    forward({n: c[:1] for n, c in columns.items()})  # traces it
    sources = {WHOLE: base}
    for way, dtype in ((HEADS, np.float32), (HALF, np.float16)):
        print(f"Encoding users: {way} ...", flush=True)
        sources[way] = tfmtl.audience.encode_user_base(
            model, base, folder / np.dtype(dtype).name, dtype=dtype
        )
    runs: dict[str, Callable[[], object]] = {FORWARD: lambda: forward(columns)}
    for way, source in sources.items():
        runs[way] = lambda source=source, way=way: tfmtl.audience.retrieve(
            model, source, size, folder / f"{way}.parquet", campaign=campaign
        )
    print("Choosing users ...", flush=True)
    runs[WHOLE]()
    audience = pd.read_parquet(folder / f"{WHOLE}.parquet")[base.id_column]
    seeds = audience.sample(min(SEEDS, size // 2), random_state=0).to_numpy()
    runs[NEAR] = lambda: _choose_among_the_nearest(
        model, base, sources[HEADS], seeds, size, folder / f"{NEAR}.parquet"
    )
    taken = cpu_time.alternate(runs, rounds)
    chosen = {
        way: set(pd.read_parquet(folder / f"{way}.parquet")[base.id_column])
        for way in (*sources, NEAR)
    }
    return [
        _speed(
            way,
            [second / users * 1e6 for second in seconds],
            cpu_time.median_ratio(taken[FORWARD], seconds),
            len(chosen.get(way, chosen[WHOLE]) & chosen[WHOLE]) / size,
        )
        for way, seconds in taken.items()
    ]


def _choose_among_the_nearest(
    model: tfmtl.models.MetaHeac,
    users: tfmtl.audience.UserBase,
    stored: tfmtl.audience.UserRepresentations,
    seeds: np.ndarray,
    size: int,
    path: pathlib.Path,
) -> None:
    tfmtl.audience.retrieve(
        model,
        users,
        size,
        path,
        campaign=retrieval_data.CAMPAIGN,
        candidates=stored.nearest(seeds, len(users) // 10),
    )


def _speed(way: str, each: list[float], ratio: float, same: float) -> Speed:
    return Speed(way, statistics.median(each), ratio, same, each)


def bounds(speeds: Sequence[Speed]) -> dict[str, bool]:
    """Returns what the benchmark must show, and whether it does."""
    by_way = {speed.way: speed for speed in speeds}
    whole, heads = by_way[WHOLE], by_way[HEADS]
    share = heads.cpu_us_per_user / whole.cpu_us_per_user
    return {
        f"{WHOLE}: at most {MOST_RATIO} times the CPU time of the forward "
        f"pass (was {whole.ratio:.2f})": whole.ratio <= MOST_RATIO,
        f"{HEADS}: at most {MOST_OF_HEADS} of the CPU time of {WHOLE} "
        f"(was {share:.2f})": share <= MOST_OF_HEADS,
        f"{HEADS}: the audience of {WHOLE}, up to 0.1 % that rounding moves "
        f"(was {heads.same:.2%})": heads.same >= 0.999,
    }


def text(
    environment: dict[str, str],
    sizes: dict[str, int],
    speeds: Sequence[Speed],
    bounds: dict[str, bool],
) -> str:
    """Returns the report as Markdown."""
    header = ["way", "users/s a core", "CPU µs/user", "ratio"]
    header += ["same audience", "cores for 10⁹ in 10 min"]
    rows = [
        [
            speed.way,
            f"{1e6 / speed.cpu_us_per_user:,.0f}",
            f"{speed.cpu_us_per_user:.2f}",
            f"{speed.ratio:.2f}",
            f"{speed.same:.2%}",
            f"{speed.cores:,.1f}",
        ]
        for speed in speeds
    ]
    return "\n".join(
        [
            "# Choosing an audience from all users",
            "",
            "`{command}`, {date}; {versions}; {hardware}; one thread.".format(
                **environment
            ),
            "",
            "`tfmtl.audience.retrieve` writes the best {size:,} of {users:,} "
            "synthetic users in {shards} Parquet files, ids checked, trace and "
            "file included. CPU time of the process, all ways in alternation "
            "in one run; the ratio is the median over the rounds of the CPU "
            "time over that of the forward pass alone. `MetaHeac` of 8 experts "
            "[64, 64] and 5 critics, {fields} user and {of_campaign} campaign "
            "fields, 16 wide. Heads: only gates and critics are the "
            "campaign's, what experts make of users was stored before. The "
            "tenth: `SimilarUsers` finds it by the stored vectors, of seeds "
            "drawn from the audience; what it misses depends on the data. The "
            "last column takes the users to be spread over as many machines "
            "as it takes, each as fast as this one.".format(
                **sizes,
                fields=len(retrieval_data.USER_FEATURES),
                of_campaign=len(retrieval_data.CAMPAIGN),
            ),
            "",
            markdown.table(header, rows),
            "",
            "## Bounds",
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
    parser.add_argument("--users", type=int, help="how many, instead")
    parser.add_argument("--output", type=pathlib.Path, default=report.RESULTS)
    options = parser.parse_args(arguments)
    sizes: dict[str, Any] = dict(QUICK if options.quick else FULL)
    if options.users:
        sizes["users"] = options.users
    with tempfile.TemporaryDirectory() as folder:
        speeds = measure(pathlib.Path(folder), **sizes)
    shown = bounds(speeds)
    environment = describe_environment("python -m benchmarks.retrieval")
    told = text(environment, sizes, speeds, shown)
    print(told)
    results = {
        **environment,
        "sizes": sizes,
        "bounds": shown,
        "speeds": [
            {**dataclasses.asdict(speed), "cores": speed.cores}
            for speed in speeds
        ],
    }
    report.write(options.output, "retrieval", told, results)
    return 0 if all(shown.values()) else 1


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    cpu_time.use_one_thread()
    sys.exit(main())
