"""Predicted and observed rates, bin by bin."""

import numpy as np

from tfmtl.metrics.ties import tie_starts

_BINS = 10


def calibration_bins(
    labels: np.ndarray, predictions: np.ndarray, num_bins: int = _BINS
) -> dict[str, list[float]]:
    """Cuts rows, sorted by prediction, into bins of equally many.

    As in `tfmtl.metrics.CalibrationError`, a row may lie in two bins by
    parts, and rows of equal prediction share their labels, so that the order
    of the rows does not matter: the mean over the bins of
    `|observed - predicted|` is that metric.

    Args:
        labels: `(rows,)`.
        predictions: `(rows,)`.
        num_bins: Number of bins; no more than there are rows.

    Returns:
        `{"predicted": means, "observed": means, "count": rows}`, a value for
        each bin, the lowest predictions first; empty lists without rows.

    Raises:
        ValueError: If `num_bins` is not positive.

    Example:

    >>> calibration_bins(np.array([0, 1]), np.array([0.25, 0.5]), 1)
    {'predicted': [0.375], 'observed': [0.5], 'count': [2.0]}
    """
    if num_bins < 1:
        raise ValueError(
            f"`num_bins` should be positive. Received: num_bins={num_bins!r}."
        )
    rows = len(predictions)
    if not rows:
        return {"predicted": [], "observed": [], "count": []}
    order = np.argsort(predictions, kind="stable")
    values = np.asarray(predictions, np.float64)[order]
    outcomes = np.asarray(labels, np.float64)[order]
    places = np.append(tie_starts(values), rows)
    edges = np.linspace(0, rows, min(num_bins, rows) + 1)
    count = np.diff(edges)

    def means(column: np.ndarray) -> list[float]:
        sums = np.concatenate([[0.0], np.cumsum(column)])[places]
        return (np.diff(np.interp(edges, places, sums)) / count).tolist()

    return {
        "predicted": means(values),
        "observed": means(outcomes),
        "count": count.tolist(),
    }
