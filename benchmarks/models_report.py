"""The tables of the benchmark of all models, and its bound."""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from benchmarks import report
from benchmarks.model_contenders import BASIS
from benchmarks.model_contenders import STEPS
from benchmarks.model_contenders import Size
from tfmtl.experiments import markdown

MOST_RATIO = 2.5
PLAIN = f"{BASIS}, plain step"
FIRST_ORDER = f"{BASIS}, meta step, first order"
SECOND_ORDER = f"{BASIS}, meta step, second order"

_INTRODUCTION = """# A step of every model

`{command}`, {date}; {versions}; {hardware}; one thread.

CPU time of the process, all models in alternation in one run; the ratio is
the median over the rounds of the CPU time over the {basis}'s in the same
round. 18 fields of Ali-CCP's sizes, embeddings {dim} wide, {steps} tasks on a
path, batches of {batch_size:,}, `LazyAdam`. Every way from the embeddings to
a score is 128, 64 and 32 units wide, and models with experts have four
of [128, 64] in all: one for each task and a shared one where they are told
apart. PLE has four in each of its two levels.
"""

_META = """
## A meta step

`MetaLearner` on the same rows: two episodes a step of half a batch each, one
half of it support and one half query. The ratio is to the plain step.
"""


@dataclasses.dataclass(frozen=True)
class ModelTime:
    """What one contender took.

    Args:
        name: Its name.
        cpu_us_per_sample: CPU microseconds a row, the median round.
        ratio: Median over the rounds of its CPU time over the basis's.
        rounds: CPU microseconds a row of every round.
    """

    name: str
    cpu_us_per_sample: float
    ratio: float
    rounds: list[float]


def bounds(
    models: Sequence[ModelTime], sizes: Mapping[str, Size]
) -> dict[str, bool]:
    """Returns what each model must show, and whether it does.

    Args:
        models: What every model took.
        sizes: Where the reasons stand of models that take more.
    """
    results = {}
    for each in models:
        reason = sizes[each.name].reason
        bound = f"{each.name}: at most {MOST_RATIO} times the {BASIS}'s time"
        told = f"{bound} (was {each.ratio:.2f})"
        within = each.ratio <= MOST_RATIO
        if reason is not None and not within:
            told = f"{told}, or a reason: {reason}"
        results[told] = within or reason is not None
    return results


def text(
    environment: dict[str, str],
    sizes: dict[str, Any],
    models: Sequence[ModelTime],
    meta: Sequence[ModelTime],
    bounds: dict[str, bool],
) -> str:
    """Returns the report as Markdown."""
    return "\n".join(
        [
            _INTRODUCTION.format(
                **environment, **sizes, basis=BASIS, steps=STEPS
            ),
            _table("model", sorted(models, key=lambda each: each.ratio)),
            _META,
            _table("step", meta),
            "",
            "## Bounds",
            "",
            report.verdicts(bounds),
        ]
    )


def _table(heading: str, times: Sequence[ModelTime]) -> str:
    rows = [
        [each.name, f"{each.cpu_us_per_sample:.1f}", f"{each.ratio:.2f}"]
        for each in times
    ]
    return markdown.table([heading, "CPU µs/sample", "ratio"], rows)
