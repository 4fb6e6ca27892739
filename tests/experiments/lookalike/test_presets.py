import numpy as np
import pandas as pd
import pytest

from tfmtl.datasets import complete_journey
from tfmtl.experiments.presets import CompleteJourneyCampaigns
from tfmtl.experiments.presets import SyntheticCampaigns
from tfmtl.experiments.presets import complete_journey_campaigns as journey

PARTS = ("train", "dev", "test")
HOUSEHOLDS = 40
TASKS = 25


@pytest.fixture
def tables(monkeypatch):
    """25 campaigns of 40 households; numbers 1 to 25 are their names, too."""
    draw = np.random.default_rng(0)
    users = pd.DataFrame({"household_id": np.arange(HOUSEHOLDS) + 500})
    for name in journey.CATEGORIES:
        users[name] = draw.choice(["a", "b"], HOUSEHOLDS)
    users["h1_spend"] = draw.random(HOUSEHOLDS)
    numbers = np.arange(TASKS) + 1
    letters = [chr(ord("A") + number) for number in range(TASKS)]
    about = pd.DataFrame({"task_id": numbers, "product_category": letters})
    about["department"] = [f"department {n}" for n in numbers]
    for name in journey._CAMPAIGN_NUMBERS:
        about[name] = draw.random(TASKS)
    tasks = pd.DataFrame(
        {
            "task_id": np.repeat(numbers, HOUSEHOLDS),
            "household_id": np.tile(users["household_id"], TASKS),
            "label": draw.random(TASKS * HOUSEHOLDS) < 0.5,
        }
    )
    for name, frame in (
        ("users", users),
        ("campaigns", about),
        ("tasks", tasks),
    ):
        full = f"lookalike_{name}"
        monkeypatch.setattr(complete_journey, full, lambda frame=frame: frame)
    journey._load.cache_clear()
    yield tasks.set_index(["task_id", "household_id"])["label"]
    journey._load.cache_clear()


def test_campaigns_are_in_one_part_and_users_are_halved(tables):
    data = CompleteJourneyCampaigns().load(0)
    names = [[c.name for c in getattr(data, part)] for part in PARTS]
    assert [len(part) for part in names] == [12, 3, 10]
    assert len({name for part in names for name in part}) == TASKS
    for campaign in data.test:
        request = campaign.request
        everyone = np.concatenate([request.users, request.candidates])
        assert sorted(everyone) == list(range(HOUSEHOLDS))
        assert 8 < len(request.users) < 32
        task = ord(campaign.name) - ord("A") + 1
        for places, labels in (
            (request.users, request.labels),
            (request.candidates, campaign.truth),
        ):
            expected = tables.loc[[(task, p + 500) for p in places]]
            assert labels.tolist() == expected.tolist()


def test_what_is_said_of_a_campaign_is_known_from_train(tables):
    data = CompleteJourneyCampaigns().load(0)
    for part in PARTS:
        for campaign in getattr(data, part):
            values = campaign.request.values
            is_known = part == "train"
            assert (values["department"] > 0) == is_known
            assert (values["words"][0] > 0) == is_known
    sizes = {f.name: f.vocabulary_size for f in data.population.features}
    assert sizes["words"] == sizes["department"] == 12 + 1


def test_real_campaigns_are_the_same_for_all_seeds(tables):
    preset = CompleteJourneyCampaigns()
    assert preset.load(0) is preset.load(1)


def test_planted_campaigns_are_new_for_each_seed():
    preset = SyntheticCampaigns(
        users=1500, campaigns=(3, 2, 2), seeds=(20, 60), candidates=300
    )
    first, again, other = (preset.load(seed) for seed in (0, 0, 1))
    users = [each.test[0].request.users for each in (first, again, other)]
    np.testing.assert_array_equal(users[0], users[1])
    assert not np.array_equal(users[0], users[2])
    request = first.test[0].request
    assert len(request.users) == 11 * request.num_seeds
    assert len(request.candidates) == 300
    assert 0.6 < first.best["large_auc"] < 1
    summary = first.summary()
    assert "train 3, dev 2, test 2" in summary["description"]
    assert set(summary["rows"]) == set(summary["positives"]) == set(PARTS)
