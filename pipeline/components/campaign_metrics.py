"""Metrics of customised models, as means over campaigns."""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.components.campaign_judge import CampaignScores
from pipeline.components.campaign_task import CampaignTask
from pipeline.components.metrics_table import ALL_ROWS
from tfmtl import metrics

# What campaigns are sliced by.
SEEDS = "seeds"


def campaign_table(
    scores: Mapping[str, Sequence[CampaignScores]],
    task: CampaignTask,
    few_seeds: int,
) -> list[dict[str, Any]]:
    """Computes the metrics of every model.

    Args:
        scores: Scores by model.
        task: What is predicted.
        few_seeds: Campaigns with fewer seeds than that are a slice, as are
            the others.

    Returns:
        Records as those of `metrics_table`: `model`, `task`, `slice`, `rows`
        and `positives` of the query parts, `campaigns`, and the metrics.
    """
    table = []
    for model, every in scores.items():
        slices = {
            ALL_ROWS: list(every),
            f"{SEEDS}=few": [one for one in every if one.seeds < few_seeds],
            f"{SEEDS}=many": [one for one in every if one.seeds >= few_seeds],
        }
        for name, some in slices.items():
            if some or name == ALL_ROWS:
                table.append(
                    {
                        "model": model,
                        "task": task.name,
                        "slice": name,
                        "rows": sum(len(one.labels) for one in some),
                        "positives": float(sum(o.labels.sum() for o in some)),
                        "campaigns": len(some),
                        **campaign_metrics(some, task),
                    }
                )
    return table


def campaign_metrics(
    scores: Sequence[CampaignScores], task: CampaignTask
) -> dict[str, float]:
    """Returns the mean over campaigns of each metric.

    Beside the task's own there are `pooled_auc`, the AUC over the rows of all
    campaigns, and `untuned_auc`, the mean AUC before customising.

    Args:
        scores: Scores of one model.
        task: What is predicted.
    """
    auc = metrics.AUC()
    means = {
        metric.name: _mean(_compute(metric, o.labels, o.tuned) for o in scores)
        for metric in task.metrics()
    }
    pooled = float("nan")
    if scores:
        labels = np.concatenate([one.labels for one in scores])
        tuned = np.concatenate([one.tuned for one in scores])
        pooled = _compute(auc, labels, tuned)
    untuned = _mean(_compute(auc, one.labels, one.untuned) for one in scores)
    return {**means, "pooled_auc": pooled, "untuned_auc": untuned}


def _compute(
    metric: metrics.PooledMetric, labels: np.ndarray, predictions: np.ndarray
) -> float:
    return metric.compute(labels, predictions, np.ones_like(labels))


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return float(np.mean(numbers)) if numbers else float("nan")
