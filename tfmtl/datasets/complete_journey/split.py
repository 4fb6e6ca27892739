"""Splits exposures by time: learn from the past, be tested on the future."""

import datetime

import pandas as pd

from tfmtl.datasets.complete_journey.sampling import sample_households
from tfmtl.datasets.hashing import hash_ids

TRAIN_END = datetime.date(2017, 10, 1)
_DEV_SHARE = 10  # one household in ten


def split_by_time(
    frame: pd.DataFrame, *, gap: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Splits by the start of the campaign, at 2017-10-01.

    Train has `start_date < TRAIN_END`, test the rest: 539,704 and 260,495 of
    all exposures. Features are from before the start, but labels come true
    until the campaign ends: 5,858 train rows (campaigns 14 and 15) have a
    window that reaches to the boundary or past it, so that part of their
    labels is known only when tests have begun. `gap=True` leaves them out.

    Args:
        frame: Exposures, with `start_date` and `campaign_days`.
        gap: Whether to leave out train rows whose window, last day included,
            does not end before `TRAIN_END`.

    Returns:
        The pair (train, test), rows in the order of `frame`.

    Raises:
        ValueError: If a column is missing.

    Example:
        >>> frame = pd.DataFrame(
        ...     {
        ...         "start_date": ["2017-09-01", "2017-09-30", "2017-10-01"],
        ...         "campaign_days": [20, 20, 20],
        ...     }
        ... )
        >>> [len(part) for part in split_by_time(frame)]
        [2, 1]
        >>> [len(part) for part in split_by_time(frame, gap=True)]
        [1, 1]
    """
    for column in ("start_date", "campaign_days"):
        if column not in frame:
            raise ValueError(
                f"`frame` must have the column {column!r}; pass what "
                f"`funnel()` returned. Received: columns={list(frame)}."
            )
    boundary = pd.Timestamp(TRAIN_END)
    start = pd.to_datetime(frame["start_date"])
    past = start < boundary
    train = past
    if gap:
        length = pd.to_timedelta(frame["campaign_days"], unit="D")
        train = past & (start + length < boundary)
    return frame[train], frame[~past]


def split_with_dev(
    frame: pd.DataFrame, rows: int | None = None
) -> dict[str, pd.DataFrame]:
    """Splits exposures into train, dev and eval.

    Eval is what comes after `TRAIN_END`. Dev, on which training stops early,
    is whole households of the time before, one in ten by a hash. Campaigns
    whose labels come true past the boundary are in none.

    Args:
        frame: Exposures, as `funnel` gives them.
        rows: Least number of exposures to keep, of whole households; None
            for all.

    Returns:
        The parts by name.
    """
    kept = pd.concat(split_by_time(frame, gap=True))
    if rows is not None:
        kept = sample_households(kept, rows)
    past, future = split_by_time(kept)
    households = past["household_id"].to_numpy()
    # Other bits of the hash than those that order the sample of households.
    is_dev = (hash_ids(households) >> 8) % _DEV_SHARE == 0
    return {"train": past[~is_dev], "dev": past[is_dev], "eval": future}
