"""What a model must reach before it is pushed."""

import dataclasses
import functools
import json
import math
import os
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence

from pipeline.components.threshold_checks import check_keys
from pipeline.components.threshold_checks import check_number
from pipeline.components.threshold_checks import check_slice
from pipeline.components.threshold_checks import task_of
from pipeline.components.threshold_checks import without_repeats
from tfmtl.tasks import Task

Metrics = Mapping[str, Mapping[str, float]]


@dataclasses.dataclass(frozen=True)
class _Bound:
    """One kind of bound.

    Args:
        broken: Tells, of value, baseline and limit, whether the model fails.
        reason: Says so in words, from the same numbers.
        relative: Whether a baseline is needed.
    """

    broken: Callable[[float, float, float], bool]
    reason: str
    relative: bool


_BOUNDS = {
    "min": _Bound(
        lambda value, baseline, limit: value < limit,
        "{value:.4g} is below min {limit:g}",
        relative=False,
    ),
    "max": _Bound(
        lambda value, baseline, limit: value > limit,
        "{value:.4g} is above max {limit:g}",
        relative=False,
    ),
    "max_drop": _Bound(
        lambda value, baseline, limit: baseline - value > limit,
        "{value:.4g} is {down:.3g} below the {baseline:.4g} of the last "
        "blessed model, more than max_drop {limit:g}",
        relative=True,
    ),
    "max_rise": _Bound(
        lambda value, baseline, limit: value - baseline > limit,
        "{value:.4g} is {up:.3g} above the {baseline:.4g} of the last "
        "blessed model, more than max_rise {limit:g}",
        relative=True,
    ),
}


@dataclasses.dataclass(frozen=True)
class Thresholds:
    """Bounds of metrics per task, absolute and against the last model.

    As text they are JSON, where any of the four bounds may be left out:

        {"click": {"auc": {"min": 0.7, "max_drop": 0.005},
                   "log_loss": {"max": 0.4, "max_rise": 0.01}},
         "click[country=MT]": {"auc": {"min": 0.6}}}

    A task with a slice behind it has bounds for the rows of that slice alone.

    Args:
        bounds: `{task: {metric: {bound: limit}}}`.

    Example:

    >>> from tfmtl.tasks import BinaryTask
    >>> text = '{"click": {"auc": {"min": 0.7}}}'
    >>> thresholds = Thresholds.parse(text, [BinaryTask("click")], "a.json")
    >>> thresholds.failures({"click": {"auc": 0.65}})
    ['click auc 0.65 is below min 0.7']
    """

    bounds: Mapping[str, Mapping[str, Mapping[str, float]]]

    @classmethod
    def read(
        cls,
        path: str | os.PathLike[str],
        tasks: Sequence[Task],
        slices: Sequence[str] = (),
    ) -> "Thresholds":
        """Reads a file; see `parse`."""
        with open(path, encoding="utf-8") as file:
            return cls.parse(file.read(), tasks, os.fspath(path), slices)

    @classmethod
    def parse(
        cls,
        text: str,
        tasks: Sequence[Task],
        source: str,
        slices: Sequence[str] = (),
    ) -> "Thresholds":
        """Reads and checks text.

        Args:
            text: The JSON.
            tasks: The tasks and, by them, the metrics there are.
            source: Where the text came from, for messages.
            slices: The columns of which there are slices.

        Raises:
            ValueError: The text is not JSON, names no task, or has an unknown
                task, slice column, metric or bound, one twice, or a limit that
                is not a number.
        """
        try:
            unique = functools.partial(without_repeats, source=source)
            bounds = json.loads(text, object_pairs_hook=unique)
        except json.JSONDecodeError as error:
            raise ValueError(
                f"{source}: Thresholds should be JSON; mend line "
                f"{error.lineno}, column {error.colno}. Received: {error.msg}."
            ) from error
        known = {
            task.name: [metric.name for metric in task.metrics()]
            for task in tasks
        }
        check_keys(bounds, known, "task", "", source, task_of)
        for task, metrics in bounds.items():
            check_slice(task, slices, source)
            check_keys(metrics, known[task_of(task)], "metric", task, source)
            for metric, limits in metrics.items():
                where = f"{task}.{metric}"
                check_keys(limits, _BOUNDS, "bound", where, source)
                for bound, limit in limits.items():
                    check_number(limit, f"{where}.{bound}", source)
        return cls(bounds)

    def failures(
        self, candidate: Metrics, baseline: Metrics | None = None
    ) -> list[str]:
        """Returns why the candidate is not good enough, in plain words.

        Args:
            candidate: `{task: {metric: value}}`, and `"task[column=value]"`
                for the slices. A metric that has a bound and is not finite
                fails, as does a slice without rows.
            baseline: The same of the last blessed model. Where it lacks a
                task or a metric, the candidate is not compared.

        Returns:
            One sentence a broken bound; none if the model is good enough.
        """
        reasons = []
        for task, metrics in self.bounds.items():
            if task not in candidate:
                reasons.append(f"{task} has no rows to be judged by")
                continue
            for metric, limits in metrics.items():
                value = candidate[task][metric]
                before = (baseline or {}).get(task, {}).get(metric, math.nan)
                if not math.isfinite(value):
                    reasons.append(
                        f"{task} {metric} cannot be computed: the rows have "
                        "one class only, labels that are all 0, or predictions "
                        "that are not finite"
                    )
                    continue
                for name, limit in limits.items():
                    bound = _BOUNDS[name]
                    if bound.relative and not math.isfinite(before):
                        continue
                    if bound.broken(value, before, limit):
                        reason = bound.reason.format(
                            value=value,
                            baseline=before,
                            limit=limit,
                            down=before - value,
                            up=value - before,
                        )
                        reasons.append(f"{task} {metric} {reason}")
        return reasons
