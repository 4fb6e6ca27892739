"""What scores of held-out seeds say about a model."""

import numpy as np

from tfmtl.estimate import Estimate

_Z = 1.959964  # 95 % of a normal distribution lie within


def auc(seeds: np.ndarray, others: np.ndarray) -> Estimate:
    """Returns the chance that a seed is ranked above another user.

    Ties count one half. The interval is that of DeLong et al., 1988; with a
    single seed or a single other user nothing is known about it.

    Args:
        seeds: Scores of seeds.
        others: Scores of other users.
    """
    beats = _share_below(seeds, others)
    beaten = 1 - _share_below(others, seeds)
    value = float(beats.mean())
    if min(len(seeds), len(others)) < 2:
        return Estimate(value, 0.0, 1.0)
    variance = beats.var(ddof=1) / len(seeds)
    variance += beaten.var(ddof=1) / len(others)
    margin = _Z * float(np.sqrt(variance))
    return Estimate(value, max(value - margin, 0.0), min(value + margin, 1.0))


def lift(seeds: np.ndarray, others: np.ndarray, share: float) -> Estimate:
    """Returns how many times more seeds are at the top than at random.

    That is the share of the seeds that score as the best `share` of the
    other users do, over `share`. The interval is Wilson's of the seeds,
    widened by the error of where the top of few others begins: a cautious
    one.

    Args:
        seeds: Scores of seeds.
        others: Scores of other users, a random sample.
        share: Share of the users that is the top.
    """
    error = _Z * np.sqrt(share * (1 - share) / len(others))
    low, _ = _wilson(_recall(seeds, others, share - error), len(seeds))
    _, high = _wilson(_recall(seeds, others, share + error), len(seeds))
    value = _recall(seeds, others, share)
    return Estimate(value / share, low / share, high / share)


def _recall(seeds: np.ndarray, others: np.ndarray, share: float) -> float:
    """Returns the share of the seeds within the top, ties in part."""
    ordered = np.sort(others)
    above = len(others) - np.searchsorted(ordered, seeds, "right")
    ties = len(others) - np.searchsorted(ordered, seeds, "left") - above
    top = round(share * len(others), 6)
    is_in = np.clip((top - above) / np.maximum(ties, 1), 0, 1)
    # A seed between two users takes no room: it is in or out.
    return float(np.where(ties > 0, is_in, above < top).mean())


def _wilson(share: float, count: int) -> tuple[float, float]:
    weight = _Z**2 / count
    centre = share + weight / 2
    margin = float(np.sqrt(weight * (share * (1 - share) + weight / 4)))
    low, high = (centre + m for m in (-margin, margin))
    return max(low / (1 + weight), 0.0), min(high / (1 + weight), 1.0)


def _share_below(scores: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Returns for each score the share of others below it, ties one half."""
    ordered = np.sort(others)
    below = np.searchsorted(ordered, scores, "left")
    upto = np.searchsorted(ordered, scores, "right")
    return (below + upto) / 2 / len(others)
