"""A planted world: what users are shown and buy, with the truth known."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def draw_units():
    """Maker of an arm: users who differ in exposures and in taste.

    Heavy users buy less for each exposure: the ratio of sums is 1 / 12 and
    the mean of ratios is 7 / 80, both times `factor`.
    """

    def draw(users, seed, factor=1.0):
        random = np.random.default_rng(seed)
        heavy = random.random(users) < 0.5
        shown = np.where(heavy, 4, 2)
        chance = factor * np.where(heavy, 0.075, 0.1)
        # Every user has a mood: exposures of one user are not independent.
        mood = random.gamma(2, 0.5, users)
        bought = random.binomial(shown, np.minimum(chance * mood, 1))
        return pd.DataFrame(
            {"user_id": np.arange(users), "shown": shown, "bought": bought}
        )

    return draw
