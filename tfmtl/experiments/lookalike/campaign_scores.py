"""How well campaigns were served, on average and together."""

from collections.abc import Sequence

import numpy as np

from tfmtl import metrics
from tfmtl.experiments.lookalike.campaign import Campaign

METRICS = {
    "auc": metrics.AUC(),
    "precision_at_5": metrics.PrecisionAtPercent(5),
    "recall_at_5": metrics.RecallAtPercent(5),
}
POOLED = "auc_pooled"
GROUPS = ("small", "large")


def column_scores(
    campaigns: Sequence[Campaign],
    rankings: Sequence[np.ndarray],
    most_seeds: float | None = None,
) -> dict[str, float]:
    """Returns `{group}_{metric}` for small and for large seed sets.

    `auc`, `precision_at_5` and `recall_at_5` are means over the
    campaigns of a group; `auc_pooled` is of all their candidates together.

    Args:
        campaigns: The campaigns.
        rankings: Scores of each one's candidates.
        most_seeds: Number of seeds up to which a seed set is small; None for
            the median one.
    """
    sizes = np.array([each.request.num_seeds for each in campaigns])
    is_small = sizes <= (np.median(sizes) if most_seeds is None else most_seeds)
    columns = {}
    for metric in (*METRICS, POOLED):
        for group, chosen in zip(GROUPS, (is_small, ~is_small), strict=True):
            kept = [
                (campaign.truth, scores)
                for campaign, scores, is_in in zip(
                    campaigns, rankings, chosen, strict=True
                )
                if is_in
            ]
            columns[f"{group}_{metric}"] = _score(metric, kept)
    return columns


def mean_auc(
    campaigns: Sequence[Campaign], rankings: Sequence[np.ndarray]
) -> float:
    """Returns the mean AUC of campaigns.

    Args:
        campaigns: The campaigns.
        rankings: Scores of each one's candidates.
    """
    pairs = zip(campaigns, rankings, strict=True)
    return _score("auc", [(each.truth, scores) for each, scores in pairs])


def _score(metric: str, kept: Sequence[tuple[np.ndarray, np.ndarray]]) -> float:
    if metric == POOLED:
        parts = [np.concatenate(part) for part in zip(*kept, strict=True)]
        return _compute("auc", *parts)
    return float(np.mean([_compute(metric, *each) for each in kept]))


def _compute(metric: str, truth: np.ndarray, scores: np.ndarray) -> float:
    weights = np.ones(len(truth))
    return float(METRICS[metric].compute(truth, scores, weights))
