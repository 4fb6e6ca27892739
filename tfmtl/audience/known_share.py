"""How many of a campaign's seeds have to be known."""

import pandas as pd


def check_known(
    unknown: pd.Index | pd.Series, count: int, min_known: float, source: str
) -> None:
    """Refuses seeds of whom too few are known.

    Args:
        unknown: Ids of the seeds that are not.
        count: How many seeds there are.
        min_known: The least share of them that has to be known.
        source: Where they came from.

    Raises:
        ValueError: If fewer are.

    Example:

    >>> check_known(pd.Index([98]), 10, min_known=0.9, source="seeds.csv")
    """
    # As a quotient, a share is the very number that it is written as.
    if count and (count - len(unknown)) / count < min_known:
        raise ValueError(
            f"{source}: Seeds should be users that are known; leave out the "
            "others, or accept them by a lower `min_known`. Received: "
            f"{len(unknown)} of {count} seeds that are not, first "
            f"{unknown[:5].tolist()}; min_known={min_known!r}."
        )
