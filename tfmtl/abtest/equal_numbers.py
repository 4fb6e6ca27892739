"""As many rows of one arm as of another."""

import numpy as np
import pandas as pd

from tfmtl.datasets import checks
from tfmtl.datasets.checks.columns import require_columns
from tfmtl.datasets.checks.columns import require_rows
from tfmtl.layers.sizes import check_sizes


def equalise(
    rows: pd.DataFrame,
    *,
    arm: str = "arm",
    by: str | None = None,
    size: int | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Returns as many rows of every arm, such as impressions or users chosen.

    An arm that was shown more often has more conversions for that alone; of
    two arms with equal numbers, the one that chose better has more.

    Args:
        rows: What is to be equalised, a row each.
        arm: Column of the arm.
        by: Column of a score; the best rows are kept, of equals those that
            come first. Rows are drawn at random by default.
        size: How many of each arm. Defaults to what the smallest arm has.
        seed: Draws the rows.

    Returns:
        The rows that are kept, in their order.

    Raises:
        ValueError: If there are no rows, a column is missing, a score is not
            a finite number, or an arm has fewer than `size`.

    Example:

    >>> shown = pd.DataFrame({"arm": ["a", "a", "b"], "score": [1, 3, 2]})
    >>> tfmtl.abtest.equalise(shown, by="score")["score"].tolist()
    [3, 2]
    """
    require_columns(rows, [arm], "the rows to equalise")
    require_rows(rows, "the rows to equalise")
    if by is None:
        score = np.random.default_rng(seed).random(len(rows))
    else:
        checks.check_numbers(rows, [by], "the rows to equalise")
        score = rows[by].to_numpy(np.float64)
    arms, names = pd.factorize(rows[arm])
    counts = np.bincount(arms, minlength=len(names))
    if size is None:
        size = int(counts.min())
    check_sizes(size=size)
    if counts.min() < size:
        raise ValueError(
            "Every arm should have `size` rows or more; ask for fewer. "
            f"Received: size={size!r}, "
            f"{dict(zip(names.tolist(), counts.tolist(), strict=True))}."
        )
    # The sort is stable: best first within each arm.
    order = np.lexsort((-score, arms))
    starts = np.cumsum(counts) - counts
    place = np.arange(len(rows)) - starts[arms[order]]
    return rows.iloc[np.sort(order[place < size])]
