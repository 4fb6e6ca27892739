"""The tables of the train-step benchmark, and its bounds."""

from collections.abc import Sequence
from typing import Any

from benchmarks import report
from benchmarks.quality_guard import Quality
from benchmarks.throughput import DOCUMENTED
from benchmarks.throughput import OURS
from benchmarks.throughput import SLICES
from benchmarks.throughput import Throughput
from benchmarks.vocabulary_cost import StepTime
from tfmtl.datasets import ali_ccp_schema
from tfmtl.experiments import markdown

BOUNDED_DIM = 5
LEAST_RATIO = {DOCUMENTED: 3.5, SLICES: 2.0}
MOST_GROWTH = 1.3
MOST_LOSS = 0.003

_INTRODUCTION = """# Speed of a train step

`{command}`, {date}; {versions}; {hardware}; one thread.

CPU time of the process, all contenders in alternation in one run; the ratio
is the median over the rounds of the CPU time over tfmtl's in the same round.
The model is an MMoE: 4 experts [128, 64], a tower [32] for each of 2 tasks.

## An epoch on data of Ali-CCP's shape

18 fields, {ids:,} ids, batches of {batch_size:,}, {batches} batches an
epoch. tfmtl: `MMoE`, `LazyAdam`, `batches(pack(...))`, shuffled. Stock Keras:
one `Embedding` a field, `Dense` experts, `Adam`, with the default of
`jit_compile`; as documented `from_tensor_slices((x, y)).shuffle(rows).batch()`,
whole-batch slices cut beforehand and not shuffled.
"""

_STEP = """
## A step by the number of ids

Ali-CCP's fields shrunk or blown up in proportion, 16 wide, batches of
{batch_size:,}, {steps} steps a run. The ratio is to the same contender's step
with the fewest ids.
"""

_QUALITY = """
## What LazyAdam costs in quality

Exact test AUC after training the same MMoE from the same weights on the same
batches of 2,048 with LazyAdam and with Keras's Adam (equal rates and
epsilon), mean of seeds {seeds}. Planted path of two steps on Ali-CCP's fields,
{train_rows:,} rows to train on, {epochs} epoch(s), {test_rows:,} to test on.
"""


def bounds(
    speeds: Sequence[Throughput],
    steps: Sequence[StepTime],
    qualities: Sequence[Quality],
) -> dict[str, bool]:
    """Returns what the benchmark must show, and whether it does."""
    results = {}
    for name, least in LEAST_RATIO.items():
        [speed] = [
            each
            for each in speeds
            if each.contender == name and each.dim == BOUNDED_DIM
        ]
        results[
            f"{name}: at least {least} times the CPU time at dim {BOUNDED_DIM}"
            f" (was {speed.ratio:.2f})"
        ] = speed.ratio >= least
    ours = [step for step in steps if step.contender == OURS]
    last = max(ours, key=lambda step: step.ids)
    fewest = min(step.ids for step in ours)
    results[
        f"a step at {last.ids:,} ids at most {MOST_GROWTH} times one at "
        f"{fewest:,} (was {last.ratio:.2f})"
    ] = last.ratio <= MOST_GROWTH
    lowest = min(each.difference for each in qualities)
    results[
        f"AUC of LazyAdam at most {MOST_LOSS} below Adam's on every task "
        f"(lowest difference {lowest:+.4f})"
    ] = lowest >= -MOST_LOSS
    return results


def text(
    environment: dict[str, str],
    sizes: dict[str, dict[str, Any]],
    speeds: Sequence[Throughput],
    steps: Sequence[StepTime],
    qualities: Sequence[Quality],
    bounds: dict[str, bool],
) -> str:
    """Returns the report as Markdown."""
    return "\n".join(
        [
            _INTRODUCTION.format(
                **environment,
                **sizes["throughput"],
                ids=sum(ali_ccp_schema.VOCABULARY_SIZES.values()),
            ),
            _speed_table(speeds),
            _STEP.format(**sizes["step"]),
            _step_table(steps),
            _QUALITY.format(**sizes["quality"]),
            _quality_table(qualities),
            "",
            "## Bounds",
            "",
            report.verdicts(bounds),
        ]
    )


def _speed_table(speeds: Sequence[Throughput]) -> str:
    rows = [
        [
            speed.contender,
            str(speed.dim),
            f"{speed.samples_per_second:,.0f}",
            f"{speed.cpu_us_per_sample:.1f}",
            f"{speed.ratio:.2f}",
        ]
        for speed in speeds
    ]
    header = ["contender", "dim", "samples/s", "CPU µs/sample", "ratio"]
    return markdown.table(header, rows)


def _step_table(steps: Sequence[StepTime]) -> str:
    rows = [
        [
            step.contender,
            f"{step.ids:,}",
            f"{step.cpu_ms_per_step:.1f}",
            f"{step.ratio:.2f}",
        ]
        for step in steps
    ]
    return markdown.table(["contender", "ids", "CPU ms/step", "ratio"], rows)


def _quality_table(qualities: Sequence[Quality]) -> str:
    rows = [
        [
            quality.task,
            *(
                f"{sum(aucs) / len(aucs):.4f}"
                for aucs in (quality.lazy, quality.dense, quality.bayes)
            ),
            f"{quality.difference:+.4f}",
        ]
        for quality in qualities
    ]
    header = ["task", "LazyAdam", "Adam", "true probabilities", "difference"]
    return markdown.table(header, rows)
