"""Whom to activate."""

import dataclasses

import numpy as np
import pandas as pd

from tfmtl.layers.sizes import check_sizes


@dataclasses.dataclass(frozen=True)
class Selection:
    """Advertisers whose activity is forecast to be low, and to fall.

    The active rate is the number of active days over all days, at most 1. An
    advertiser in a scenario is selected if the rate that is forecast is at
    most `max_rate`, and lies below that of the past by `min_fall` or more.
    If too many are, those stay whose rate falls most; of equals, those who
    come first by id.

    Args:
        max_rate: The highest rate that counts as low.
        min_fall: The least fall, above 0.
        size: How many are selected in a scenario, at most.
        days: How many days a forecast, and a number of the past, is of.
        forecast: Column of the active days that are forecast.
        past: Column of the active days of as many days before.

    Raises:
        ValueError: If a rate is 0 or less or above 1, or a number not positive.

    Example:

    >>> selection = tfmtl.activation.Selection(max_rate=0.5, min_fall=0.2)
    >>> rows = pd.DataFrame({"advertiser_id": [1, 2], "scenario": [3, 3],
    ...     "active_days": [1.4, 6.0], "past_active_days": [4, 7]})
    >>> selection(rows)["is_selected"].tolist()
    [True, False]
    """

    max_rate: float = 0.5
    min_fall: float = 0.1
    size: int = 10_000
    days: int = 7
    forecast: str = "active_days"
    past: str = "past_active_days"

    def __post_init__(self) -> None:
        check_sizes(size=self.size, days=self.days)
        for name in ("max_rate", "min_fall"):
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(
                    f"`{name}` should be a rate above 0 and at most 1. "
                    f"Received: {name}={getattr(self, name)!r}."
                )

    def __call__(self, predictions: pd.DataFrame) -> pd.DataFrame:
        """Returns the rates of each row, and whether it is selected.

        Args:
            predictions: `advertiser_id`, `scenario`, and the two columns.

        Returns:
            `rate`, `past_rate`, `fall`, `place` (by fall among those of the
            scenario that might be selected, from 1; 0 for others) and
            `is_selected`, with the index of the predictions.
        """
        rate = (predictions[self.forecast] / self.days).clip(0, 1)
        past_rate = (predictions[self.past] / self.days).clip(0, 1)
        # Rounded, for 0.6 - 0.5 is less than 0.1 to a computer.
        fall = (past_rate - rate).round(12)
        fits = (rate <= self.max_rate) & (fall >= self.min_fall)
        order = np.lexsort(
            (
                predictions["advertiser_id"],
                -fall,
                ~fits,
                predictions["scenario"],
            )
        )
        groups = predictions["scenario"].iloc[order]
        place = np.zeros(len(order), np.int64)
        place[order] = groups.groupby(groups).cumcount() + 1
        return pd.DataFrame(
            {
                "rate": rate,
                "past_rate": past_rate,
                "fall": fall,
                "place": np.where(fits, place, 0),
                "is_selected": fits & (place <= self.size),
            }
        )
