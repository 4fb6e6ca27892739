"""A few campaigns that learn in no time."""

import numpy as np
import pytest

import tfmtl
from tfmtl.experiments.lookalike.campaign import Campaign
from tfmtl.experiments.lookalike.campaign import CampaignRequest
from tfmtl.experiments.lookalike.campaign_data import CampaignData
from tfmtl.experiments.lookalike.past_campaigns import PastCampaigns
from tfmtl.experiments.lookalike.population import Population

USERS = 240


def make_campaign(number, users=USERS):
    """Returns a campaign for users of the taste of its topic."""
    draw = np.random.default_rng(number)
    topic = number % 4 + 1
    order = draw.permutation(users)
    wants = (order % 4 + 1 == topic) & (draw.random(users) < 0.9)
    known = 60 + 10 * number
    return Campaign(
        name=f"campaign {number}",
        group=f"topic {topic}",
        request=CampaignRequest(
            {"topic": np.array(topic)},
            order[:known],
            wants[:known].astype(np.float32),
            order[known:],
        ),
        truth=wants[known:].astype(np.float32),
    )


@pytest.fixture(scope="session")
def population():
    """Users with a taste, which tells all, and tags, which tell nothing."""
    draw = np.random.default_rng(0)
    return Population(
        [
            tfmtl.CategoricalFeature("taste", 5, embedding_dim=4),
            tfmtl.CategoricalFeature("tags", 6, 4, max_length=3),
        ],
        [tfmtl.CategoricalFeature("topic", 5, embedding_dim=4)],
        {
            "taste": np.arange(USERS) % 4 + 1,
            "tags": draw.integers(0, 6, (USERS, 3)),
        },
    )


@pytest.fixture(scope="session")
def data(population):
    """Six campaigns to learn from, two to choose by, four to be tested on."""
    every = tuple(map(make_campaign, range(12)))
    return CampaignData(population, every[:6], every[6:8], every[8:], "made up")


@pytest.fixture(scope="session")
def past(data):
    """The campaigns to learn from."""
    return PastCampaigns(data.population, data.train)
