"""How long it takes to customise a campaign, beside the published 5 minutes.

    python -m benchmarks.customise

writes `docs/results/customise.md` and `.json`, and exits with 1 if a campaign
takes longer than 5 minutes. Wall seconds, from the call to the version in the
store; nothing else should run on the machine.
"""

import argparse
import dataclasses
import os
import pathlib
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import Any

import pandas as pd

import tfmtl
from benchmarks import report
from tfmtl import audience
from tfmtl.audience import service
from tfmtl.audience.service.version_report import TARGET_SECONDS
from tfmtl.datasets import synthetic
from tfmtl.experiments import markdown
from tfmtl.experiments.environment import describe_environment
from tfmtl.training import every_weight
from tfmtl.training import heads

FULL = {
    "users": 200_000,
    "shards": 4,
    "seeds": 500,
    "ratio": 20,
    "levels": 2,
}
QUICK = {"users": 2_000, "shards": 2, "seeds": 40, "ratio": 5, "levels": 1}
LEVELS = {"all weights": every_weight, "gates and critics": heads}
# The steps that a campaign goes through, as the service tells of them.
STEPS = ("drawing the training set", "reading users", "training", "saving")


class General:
    """The general model of the benchmark, and its users' files.

    Args:
        sizes: As `FULL`.
        folder: Where the users are written.
    """

    version = "1"
    campaign_columns = {"category": "whole numbers"}

    def __init__(self, sizes: dict[str, int], folder: pathlib.Path) -> None:
        seeds = sizes["seeds"]
        data = synthetic.lookalike(sizes["users"], 4, seeds=(seeds, seeds))
        self.seeds = data.seeds
        self.model = tfmtl.models.MetaHeac(
            [*data.user_features, *data.campaign_features],
            [tfmtl.BinaryTask("responds")],
            campaign_features=[f.name for f in data.campaign_features],
            seed=0,
        )
        self.model.build()
        columns = {
            name: list(ids) if ids.ndim > 1 else ids
            for name, ids in data.users.items()
        }
        frame = pd.DataFrame({"user_id": range(sizes["users"]), **columns})
        rows = -(-len(frame) // sizes["shards"])
        for start in range(0, len(frame), rows):
            part = frame[start : start + rows]
            part.to_parquet(folder / f"part-{start}.parquet", index=False)

    def encode_campaign(self, values: Any) -> dict[str, int]:
        """Returns the campaign's features."""
        return {"category": values.get("category", 0), "advertiser": 0}


@dataclasses.dataclass(frozen=True)
class Time:
    """What a campaign took.

    Args:
        level: What was trained.
        campaign: Whether it was the first campaign of the process.
        seconds: From the call to the version in the store.
        steps: The seconds of each step.
        negatives: Users that the seeds were told from.
        auc: AUC of the held-out seeds.
    """

    level: str
    campaign: str
    seconds: float
    steps: dict[str, float]
    negatives: int
    auc: float


def measure(sizes: dict[str, int]) -> list[Time]:
    """Customises two campaigns at each level, or at the first ones.

    Args:
        sizes: As `FULL`.
    """
    times = []
    with tempfile.TemporaryDirectory() as folder:
        users = pathlib.Path(folder) / "users"
        users.mkdir()
        general = General(sizes, users)
        levels = list(LEVELS.items())[: sizes["levels"]]
        for number, (level, adapt) in enumerate(levels):
            made: Any = service.AudienceService(
                audience.CampaignStore(f"sqlite:///{folder}/{number}.db"),
                general,
                audience.UserBase(users),
                pathlib.Path(folder) / f"made-{number}",
                service.Customisation(
                    audience.FineTuning(adapt=adapt), ratio=sizes["ratio"]
                ),
            )
            for place, name in enumerate(("first", "second")):
                print(f"Customising {level}, {name} campaign ...", flush=True)
                made.create_campaign(name)
                made.store.add_seeds(name, general.seeds[place])
                times.append(_timed(made, level, name))
    return times


def _timed(made: service.AudienceService, level: str, name: str) -> Time:
    marks: list[tuple[str, float]] = []
    start = time.perf_counter()
    done = made.customise(
        name, lambda step: marks.append((step.name, time.perf_counter()))
    )
    end = time.perf_counter()
    ends = [at for _, at in marks[1:]] + [end]
    steps = dict.fromkeys(STEPS, 0.0)
    for (step, at), until in zip(marks, ends, strict=True):
        for known in STEPS:
            if step.startswith(known):
                steps[known] += until - at
    fit = done.fit
    auc = fit.auc.value if fit.auc else float("nan")
    return Time(level, name, end - start, steps, fit.num_negatives, auc)


def text(
    environment: dict[str, str],
    sizes: dict[str, int],
    times: Sequence[Time],
    bounds: dict[str, bool],
) -> str:
    """Returns the report.

    Args:
        environment: What `describe_environment` returns.
        sizes: As `FULL`.
        times: What each campaign took.
        bounds: What was to be shown, and whether it was.
    """
    header = ["trained", "campaign", "seconds", "of 5 minutes", *STEPS]
    rows = [
        [
            each.level,
            each.campaign,
            f"{each.seconds:.1f}",
            f"{each.seconds / TARGET_SECONDS:.1%}",
            *(f"{each.steps[step]:.1f}" for step in STEPS),
        ]
        for each in times
    ]
    return "\n".join(
        [
            "# Customising a campaign",
            "",
            "`{command}`, {date}; {versions}; {hardware}.".format(
                **environment
            ),
            "",
            f"{sizes['seeds']:,} seeds and {times[0].negatives:,} negatives "
            f"out of {sizes['users']:,} users in {sizes['shards']} files; "
            "MetaHeac with 8 experts and 5 critics, embeddings of 16, two "
            "epochs of Adam in batches of 512. Wall seconds from the call to "
            "the version in the store: the draw of the negatives, reading "
            "the rows, training, judging by held-out seeds, and saving. The "
            "published system takes about 5 minutes. Each process traces the "
            "training once, for its first campaign.",
            "",
            markdown.table(header, rows),
            "",
            "Training holds the judgement by held-out seeds as well.",
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
    parser.add_argument("--output", type=pathlib.Path, default=report.RESULTS)
    options = parser.parse_args(arguments)
    sizes = QUICK if options.quick else FULL
    times = measure(sizes)
    bounds = {
        f"{each.level}, {each.campaign} campaign: less than 5 minutes (was "
        f"{each.seconds:.1f} s)": each.seconds < TARGET_SECONDS
        for each in times
    }
    environment = describe_environment("python -m benchmarks.customise")
    told = text(environment, sizes, times, bounds)
    print(told)
    results = {
        **environment,
        "sizes": sizes,
        "bounds": bounds,
        "campaigns": [dataclasses.asdict(each) for each in times],
    }
    report.write(options.output, "customise", told, results)
    return 0 if all(bounds.values()) else 1


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.exit(main())
