"""Forecasts and plans that are worked out by hand."""

import datetime

import numpy as np
import pandas as pd
import pytest

from tfmtl.activation import ActivationPlan
from tfmtl.activation import Budget
from tfmtl.activation import Offer
from tfmtl.activation import Selection

START = datetime.date(2021, 3, 22)
AFTER = datetime.date(2021, 3, 29)


@pytest.fixture
def make():
    """Maker of plans: tasks of active days, and of clicks if wanted."""

    def plan(total=10_000, **options):
        offers = [Offer("active_days", worth=300, pay=100, raise_by=0.5)]
        if options.pop("clicks", False):
            offers.append(
                Offer("clicks", worth=30, pay=10, floor=5, limits=(20, 200))
            )
        options.setdefault("selection", Selection(0.5, 0.1))
        name = options.pop("name", "spring")
        return ActivationPlan(name, START, Budget(total), offers, **options)

    return plan


@pytest.fixture
def rows():
    """Maker of forecasts for many advertisers in three scenarios."""

    def make(count, seed=0):
        draw = np.random.default_rng(seed)
        return pd.DataFrame(
            {
                "advertiser_id": np.arange(count) // 2,
                "scenario": 1 + np.arange(count) % 2,
                "active_days": draw.gamma(2, 1, count).round(2),
                "past_active_days": draw.integers(0, 8, count),
                "clicks": draw.gamma(1, 9, count).round(1),
            }
        )

    return make
