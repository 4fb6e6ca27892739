"""Windows out of daily facts: history, mask and labels, many at a time."""

import os
from collections.abc import Iterator
from collections.abc import Sequence

import numpy as np
import pandas as pd

from tfmtl.datasets.windows.check_facts import check_facts
from tfmtl.datasets.windows.check_facts import check_unique
from tfmtl.datasets.windows.fact_grid import FactGrid
from tfmtl.datasets.windows.fact_grid import Samples
from tfmtl.datasets.windows.window_spec import ADVERTISER
from tfmtl.datasets.windows.window_spec import DAY
from tfmtl.datasets.windows.window_spec import KEYS
from tfmtl.datasets.windows.window_spec import WindowSpec


def cut(
    facts: pd.DataFrame,
    spec: WindowSpec,
    anchors: Sequence[np.datetime64] | np.ndarray,
    *,
    scenarios: Sequence[int] | None = None,
    labels: bool = True,
    last_day: np.datetime64 | None = None,
    source: str | os.PathLike[str] = "facts",
) -> Samples:
    """Cuts a sample for each advertiser, scenario and anchor with activity.

    There is activity if a target is above 0 within the history. A day without
    a row counts as 0. Days before the first row of the advertiser, in any
    scenario, are unknown: they are 0, too, and False in the mask.

    Args:
        facts: See `check_facts`; rows in any order.
        spec: What is to be cut out.
        anchors: Last days that are known, each once.
        scenarios: None for the rows with activity. Otherwise numbers of
            scenarios, in each of which every advertiser has a row, active or
            not: what is asked when a model is served.
        labels: Whether to sum up the days ahead, too.
        last_day: Last day that is known: no fact is later, and all labels end
            by then. None for the last day of the facts.
        source: Where the table came from, for messages.

    Returns:
        One column each, sorted by advertiser, scenario and anchor:
        `advertiser_id`, `scenario`, `anchor` (datetime64[D]), all `(rows,)`;
        `history_<fact>`, `(rows, history)` float32, oldest first; `mask` of
        that shape, bool; and each task's labels, `(rows,)` float32.

    Raises:
        TableError: If the facts are not as they should be, or a day is there
            twice.
        ValueError: If there is no anchor, one is there twice, or its labels
            reach past the last known day.

    Example:

    >>> facts = pd.DataFrame({
    ...     "advertiser_id": 7, "scenario": 1, "clicks": [2, 5, 1],
    ...     "day": ["2020-01-02", "2020-01-04", "2020-01-05"]})
    >>> samples = cut(facts, WindowSpec(["clicks"], history=5, ahead=1),
    ...               [np.datetime64("2020-01-04")])
    >>> samples["history_clicks"], samples["mask"], samples["clicks"]
    (array([[0., 0., 2., 0., 5.]], dtype=float32),
     array([[False, False,  True,  True,  True]]),
     array([1.], dtype=float32))
    """
    days = days_of(anchors)
    facts = check_facts(facts, spec, source, last_day)
    if labels:
        known = facts[DAY].max() if last_day is None else last_day
        check_ahead(days[-1], spec, known)
    order = sort_order(facts)
    check_unique(facts, source, order)
    sorted_facts = facts.iloc[order]
    parts = cut_checked(sorted_facts, spec, days, scenarios, labels)
    return concatenate(list(parts))


def cut_checked(
    facts: pd.DataFrame,
    spec: WindowSpec,
    days: np.ndarray,
    scenarios: Sequence[int] | None = None,
    labels: bool = True,
) -> Iterator[Samples]:
    """Cuts samples out of facts that were checked, a part at a time.

    Args:
        facts: What `check_facts` returned, sorted by advertiser, scenario
            and day, each once.
        spec: What is to be cut out.
        days: Anchors in days since 1970, sorted.
        scenarios: As of `cut`.
        labels: As of `cut`.

    Yields:
        Samples of so many pairs of advertiser and scenario that their days
        fit into memory.
    """
    grid = FactGrid.of(facts, spec, days, scenarios)
    for part in grid.parts(spec):
        yield part.samples(spec, days, labels, every_row=scenarios is not None)


def check_ahead(
    anchor: np.datetime64 | int,
    spec: WindowSpec,
    last_day: np.datetime64 | int,
) -> None:
    """Refuses labels of days that are not known yet, which would count as 0.

    Args:
        anchor: The last of the anchors, a day or its number since 1970.
        spec: What is to be cut out.
        last_day: Last day that is known, likewise.

    Raises:
        ValueError: If the days after the anchor end later, with the dates.
    """
    first, last = np.array([anchor, last_day], "datetime64[D]")
    ahead = np.timedelta64(spec.ahead, "D")
    if first + ahead > last:
        raise ValueError(
            "The days that are forecast should end by the last known day, or "
            f"labels would lack some; end the anchors on {last - ahead}, "
            "or let `last_day` be later if nothing happened until then. "
            f"Received: anchor {first}, whose label window ends on "
            f"{first + ahead}, and last known day {last}."
        )


def concatenate(parts: Sequence[Samples]) -> Samples:
    """Returns samples one after the other.

    Args:
        parts: Samples of one spec, at least one.
    """
    if len(parts) == 1:
        return parts[0]
    return {
        name: np.concatenate([part[name] for part in parts])
        for name in parts[0]
    }


def sort_order(facts: pd.DataFrame) -> np.ndarray:
    """Returns the row numbers by advertiser, scenario and day.

    Args:
        facts: What `check_facts` returned.
    """
    columns = {name: facts[name].to_numpy() for name in KEYS}
    # NumPy cannot sort texts and others at once.
    columns[ADVERTISER] = pd.factorize(columns[ADVERTISER], sort=True)[0]
    return np.lexsort([columns[name] for name in reversed(KEYS)])


def days_of(anchors: Sequence[np.datetime64] | np.ndarray) -> np.ndarray:
    """Returns anchors in days since 1970, sorted, or refuses them.

    Args:
        anchors: As of `cut`.
    """
    days = np.sort(np.asarray(anchors, "datetime64[D]")).astype(np.int64)
    if not len(days) or len(np.unique(days)) < len(days):
        raise ValueError(
            "There should be one anchor or more, each once. "
            f"Received: {list(map(str, anchors))}."
        )
    return days
