"""The numbers of a protocol's table."""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from tfmtl.experiments import cells
from tfmtl.experiments import statistics
from tfmtl.experiments.run import Run


@dataclasses.dataclass(frozen=True)
class Summary:
    """Values on test by column, model and seed.

    Args:
        models: Names of the models, in the order of the table.
        baselines: Names of the baselines among them.
        seeds: Seeds that all models have finished.
        columns: Names of the metrics.
        values: `{column: {model: [value a seed]}}`.
        best: `{column: [value a seed]}` of the true probabilities, where they
            are known.
        missing: Number of runs of the protocol that are not counted.
    """

    models: tuple[str, ...]
    baselines: tuple[str, ...]
    seeds: tuple[int, ...]
    columns: tuple[str, ...]
    values: Mapping[str, Mapping[str, Sequence[float]]]
    best: Mapping[str, Sequence[float]]
    missing: int = 0

    @property
    def challengers(self) -> list[str]:
        """The models that are held against the baselines."""
        return [name for name in self.models if name not in self.baselines]

    def compare(
        self,
        model: str,
        column: str,
        test: statistics.Test = statistics.paired_p,
    ) -> statistics.Comparison:
        """Holds a model against the best baseline of a column.

        Args:
            model: Name of the model.
            column: Name of the metric.
            test: Returns the p of two lists of values.
        """
        values = self.values[column]
        return statistics.compare(model, values, self.baselines, column, test)


def summarise(config: Mapping[str, Any], runs: Sequence[Run]) -> Summary:
    """Returns the numbers of a table, over seeds that all models have.

    Args:
        config: Configuration of the protocol.
        runs: Finished runs.

    Raises:
        ValueError: If fewer than two seeds are finished for all models.
    """
    models = tuple(model["name"] for model in config["models"])
    done = {(run.model, run.seed): run for run in runs}
    seeds = tuple(
        seed
        for seed in config["seeds"]
        if all((model, seed) in done for model in models)
    )
    if len(seeds) < 2:
        raise ValueError(
            "A table with deviations needs at least 2 seeds that all models "
            "have finished; run the protocol again, it goes on where it was. "
            f"Received: {len(done)} of {len(models) * len(config['seeds'])} "
            f"runs, seeds={list(seeds)}."
        )
    runs = [done[model, seed] for model in models for seed in seeds]
    columns = tuple(
        name for metric in config["metrics"] for name in _named(runs, metric)
    )
    values = {
        column: {
            model: [done[model, s].metrics["test"][column] for s in seeds]
            for model in models
        }
        for column in columns
    }
    best = {
        column: [done[models[0], s].best[column] for s in seeds]
        for column in columns
        if all(column in done[models[0], s].best for s in seeds)
    }
    total = len(models) * len(config["seeds"])
    return Summary(
        models,
        tuple(config["baselines"]),
        seeds,
        columns,
        values,
        best,
        missing=total - len(models) * len(seeds),
    )


def _named(runs: Sequence[Run], metric: str) -> list[str]:
    """Returns `{task}_{metric}` for all tasks, or for all cells.

    A cell without a value in some run is left out.
    """
    first, *others = (run.metrics["test"] for run in runs)
    names = [name for name in first if name.endswith(f"_{metric}")]
    names = [n for n in names if all(n in other for other in others)]
    if not names:
        raise ValueError(
            "`metrics` of a protocol should be the names of metrics that the "
            f"tasks have. Received: {metric!r}, there are {sorted(first)}."
        )
    return [name for name in names if cells.is_cell(name)] or names
