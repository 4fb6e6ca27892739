"""The tables of a protocol whose tasks are judged group by group."""

import dataclasses
import statistics as stats
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from tfmtl.experiments import cells
from tfmtl.experiments import statistics
from tfmtl.experiments.summary import Summary

Rows = list[list[str]]
Block = tuple[str, Rows]
_NAIVE = "Naive"


@dataclasses.dataclass(frozen=True)
class CellTables:
    """Tables of the tasks in the groups, and of their means.

    Args:
        description: What stands in `protocol.json`.
        summary: The numbers.
        test: Returns the p of two lists of values.
    """

    description: Mapping[str, Any]
    summary: Summary
    test: statistics.Test = statistics.paired_p

    @property
    def tasks(self) -> list[str]:
        """Names of the tasks."""
        names: list[str] = self.description["data"]["tasks"]
        return names

    @property
    def groups(self) -> dict[str, int]:
        """Number of test rows of each group."""
        sizes: dict[str, int] = self.description["data"]["groups"]
        return sizes

    @property
    def metrics(self) -> list[str]:
        """Names of the metrics."""
        names: list[str] = self.description["config"]["metrics"]
        return names

    @property
    def naive(self) -> list[str]:
        """Names of the forecasts that need no model."""
        models = self.description["config"]["models"]
        return [each["name"] for each in models if each["model"] == _NAIVE]

    def overall(self) -> list[Block]:
        """Returns the tables of means, and what follows from all cells."""
        blocks = [
            (
                "Means over the tasks, and over tasks and groups alike "
                f"(`{cells.ALL_GROUPS}`): {metric}.",
                self._of_metric(metric, [cells.ALL_TASKS]),
            )
            for metric in self.metrics
        ]
        blocks.append(
            (
                "Cells, a task in a group, in which a model has the best "
                "mean. `not defined` are those without a value: the NMAE of "
                "labels that are all 0. They are left out of the means.",
                self._wins(),
            )
        )
        if self.summary.challengers:
            blocks.append((self._about_gaps(), self._gaps()))
        if self.naive:
            blocks.append(
                (
                    "Cells in which a model does not beat every forecast that "
                    "needs no model.",
                    self._not_beaten(),
                )
            )
        return blocks

    def details(self) -> list[Block]:
        """Returns a table of all cells for each metric."""
        tasks = [*self.tasks, cells.ALL_TASKS]
        return [
            (f"All cells: {metric}.", self._of_metric(metric, tasks))
            for metric in self.metrics
        ]

    def _of_metric(self, metric: str, tasks: Sequence[str]) -> Rows:
        known = self.summary.best
        truth = ["the true rates"] if known else []
        rows = [["group", "task", *self.summary.models, "best", *truth]]
        for group in (*self.groups, cells.ALL_GROUPS):
            for task in tasks:
                column = cells.column(task, group, metric)
                if column not in self.summary.values:
                    none = ["not defined"] * len(self.summary.models)
                    rows.append([group, task, *none, "", *("" for _ in truth)])
                    continue
                texts = [self._text(m, column) for m in self.summary.models]
                texts.append(self._best(column))
                texts += [_spread(known.get(column, ())) for _ in truth]
                rows.append([group, task, *texts])
        if len(tasks) == 1:
            return [[row[0], *row[2:]] for row in rows]
        return rows

    def _text(self, model: str, column: str) -> str:
        text = _spread(self.summary.values[column][model])
        if model in self.summary.challengers:
            stars = self.summary.compare(model, column, self.test).stars
            text += f" {stars}" if stars else ""
        return text

    def _best(self, column: str) -> str:
        return statistics.best_baseline(
            self.summary.values[column], self.summary.models, column
        )

    def _columns(self, metric: str) -> list[str]:
        """Returns the cells that are defined, without the means."""
        wanted = [
            cells.column(task, group, metric)
            for group in self.groups
            for task in self.tasks
        ]
        return [name for name in wanted if name in self.summary.values]

    def _wins(self) -> Rows:
        rows = [["metric", *self.summary.models, "not defined"]]
        for metric in self.metrics:
            columns = self._columns(metric)
            best = [self._best(column) for column in columns]
            wins = [str(best.count(model)) for model in self.summary.models]
            missing = len(self.groups) * len(self.tasks) - len(columns)
            rows.append([metric, *wins, str(missing)])
        return rows

    def _about_gaps(self) -> str:
        one = self._pairs()[0]
        same = all(pair[0] == one[0] for pair in self._pairs())
        what = f"{one[0]} less each other" if same else f"Each less {one[1]}"
        return (
            f"{what}: {self.metrics[0]}, mean over the tasks, mean of the "
            "differences ± its standard error over the seeds, which are "
            "paired. `better` and `worse` are by more than one standard error."
        )

    def _pairs(self) -> list[tuple[str, str]]:
        """Returns who is held against whom: all others, or all ablations."""
        challengers, baselines = (
            self.summary.challengers,
            self.summary.baselines,
        )
        if len(baselines) == 1:
            return [(model, baselines[0]) for model in challengers]
        return [(challengers[-1], other) for other in baselines]

    def _gaps(self) -> Rows:
        pairs = self._pairs()
        names = [b if len(self.summary.baselines) > 1 else a for a, b in pairs]
        rows = [["group", *names]]
        for group in (*self.groups, cells.ALL_GROUPS):
            column = cells.column(cells.ALL_TASKS, group, self.metrics[0])
            values = self.summary.values.get(column)
            if values is not None:
                texts = [_gap(values[a], values[b], column) for a, b in pairs]
                rows.append([group, *texts])
        return rows

    def _not_beaten(self) -> Rows:
        rows = [["model", "metric", "cells", "which"]]
        for model in self.summary.models:
            for metric in [] if model in self.naive else self.metrics:
                columns = self._columns(metric)
                lost = [c for c in columns if self._lost(model, c)]
                which = [c.removesuffix(f"_{metric}") for c in lost]
                told = f"{len(lost)} of {len(columns)}"
                rows.append([model, metric, told, ", ".join(which)])
        return rows

    def _lost(self, model: str, column: str) -> bool:
        values = self.summary.values[column]
        best = statistics.best_baseline(values, self.naive, column)
        gain = stats.fmean(values[best]) - stats.fmean(values[model])
        return gain <= 0 if statistics.lower_is_better(column) else gain >= 0


def _spread(values: Sequence[float]) -> str:
    if not values:
        return ""
    mean, deviation = statistics.mean_and_deviation(values)
    return f"{mean:.4f} ± {deviation:.4f}"


def _gap(ours: Sequence[float], theirs: Sequence[float], column: str) -> str:
    mean, error = statistics.paired_difference(ours, theirs)
    gain = -mean if statistics.lower_is_better(column) else mean
    verdict = " better" if gain > error else " worse" if -gain > error else ""
    return f"{mean:+.4f} ± {error:.4f}{verdict}"
