"""Naive forecasts, shorter histories, and the protocols of M2M."""

import dataclasses
import json

import keras
import numpy as np
import pytest

import tfmtl
from tfmtl.experiments import Part
from tfmtl.experiments import Settings
from tfmtl.experiments import presets
from tfmtl.experiments import protocols
from tfmtl.experiments import reading
from tfmtl.experiments import scores
from tfmtl.experiments.contender import Contender
from tfmtl.experiments.last_steps import LastSteps
from tfmtl.experiments.naive import Naive
from tfmtl.experiments.sweep import check
from tfmtl.experiments.trained import Trained

TASKS = [tfmtl.CountTask("clicks", label_scale=2.0)]
FEATURES = [
    tfmtl.SequenceFeature("days", 3, vocabulary_size=9, embedding_dim=1),
    tfmtl.CategoricalFeature("scenario", 3, embedding_dim=1),
]
PART = Part(
    {
        "days": np.array([[1, 2, 3], [4, 5, 6]]),
        "scenario": np.array([1, 2]),
        **Naive.columns({"last week": {"clicks": np.array([3.0, 4.0])}}),
    },
    {"clicks": np.array([[2.0], [4.0]], np.float32)},
)


def train(contender):
    return contender.train(
        FEATURES, TASKS, PART, PART, seed=0, settings=Settings()
    )


def test_a_naive_forecast_is_the_column_of_its_name():
    trained = train(Naive("last week"))
    assert trained.predict(PART)["clicks"].tolist() == [[3.0], [4.0]]
    assert trained.dev["clicks_nmae"] == pytest.approx(1 / 6)


def test_data_without_the_forecast_are_refused():
    with pytest.raises(ValueError, match="bring the forecast.*'last year'"):
        train(Naive("last year"))


def test_counts_are_chosen_by_the_sum_of_their_losses():
    found = scores.score(TASKS, PART, {"clicks": PART.y["clicks"]})
    # Rates 1 and 2, as the scale is 2: (1 - 0 + 2 - 2 log 2) / 2.
    assert found["loss_sum"] == pytest.approx((3 - 2 * np.log(2)) / 2)
    assert scores.dev_score(found) == -found["loss_sum"]
    assert scores.monitor(TASKS) == ("val_loss", "min")
    assert scores.criterion(TASKS) == "the sum of the tasks' losses"


class Reader(Contender):
    """Predicts the first day that it is told of."""

    def check(self, features, tasks):
        assert features[0].length == 2

    def train(self, features, tasks, train, dev, *, seed, settings):
        self.check(features, tasks)
        assert train.x["days"].tolist() == [[2, 3], [5, 6]]
        return Trained(lambda part: {"clicks": part.x["days"][:, :1]}, {}, 0.0)

    def config(self):
        return {"name": self.name, "model": "Reader"}


def test_the_last_steps_alone_are_handed_on():
    contender = LastSteps("short", Reader("whole"), 2)
    assert train(contender).predict(PART)["clicks"].tolist() == [[2], [5]]
    assert contender.config() == {
        "name": "short",
        "model": "Reader",
        "last_steps": 2,
    }


@pytest.mark.parametrize(
    ("steps", "message"),
    [(0, "at least 1.*steps=0"), (4, r"take fewer.*lengths=\{'days': 3\}")],
)
def test_steps_that_are_not_there_are_refused(steps, message):
    with pytest.raises(ValueError, match=message):
        LastSteps("none", Reader("whole"), steps).check(FEATURES, TASKS)


@pytest.fixture(scope="module")
def planted():
    return presets.Scenarios(advertisers=60)


@pytest.fixture(scope="module")
def data(planted):
    return planted.load(0)


@pytest.mark.parametrize(
    ("name", "models"),
    [("m2m_table_4", 9), ("m2m_table_5", 5), ("m2m_sensitivity", 14)],
)
def test_a_protocol_takes_the_data_and_survives_being_written(
    planted, name, models
):
    protocol = getattr(protocols, name)(planted)
    assert len(protocol.contenders) == models
    check(protocol, protocol.data.load(0))
    config = json.loads(json.dumps(protocol.config()))
    assert reading.protocol_of(config).config() == protocol.config()


def combinations(part, rows=...):
    columns = (part.x[name][rows] for name in ("channel", "placement"))
    return set(zip(*columns, strict=True))


def test_the_new_scenario_is_in_the_test_part_alone(data):
    new = data.groups["16 new"]
    ((channel, placement),) = combinations(data.test, new)
    for part in (data.train, data.dev):
        assert (channel, placement) not in combinations(part)
    assert len(combinations(data.train)) == 15
    # Its channel and its placement are those of others.
    assert channel in data.train.x["channel"]
    assert placement in data.train.x["placement"]


@pytest.mark.parametrize("history", [28, 40, 60])
def test_the_new_scenario_has_its_whole_history(planted, history):
    data = dataclasses.replace(planted, history=history).load(0)
    days = data.test.x["history_count_1"][data.groups["16 new"]]
    assert days.shape[1] == history
    assert (days.mean(axis=0) > 0).all()


def test_a_longer_history_leaves_anchors_and_labels_as_they_are():
    samples = [
        presets.Scenarios(advertisers=20, days=400, history=days).load(0)
        for days in (40, 60)
    ]
    short, long = (data.train.y["count_1"] for data in samples)
    np.testing.assert_array_equal(short, long)


def test_every_point_of_the_sensitivity_reads_the_last_of_sixty_days(planted):
    config = protocols.m2m_sensitivity(planted).config()
    assert config["data"]["history"] == 60
    turned = [
        model["last_steps"]
        for model in config["models"]
        if model["name"].endswith("scenario 32, depth 1")
    ]
    assert sorted(turned) == [10, 20, 30, 40, 50, 60]


def test_a_sensitivity_without_days_to_turn_is_refused():
    with pytest.raises(ValueError, match="'scenarios'.*Received.*'synthetic'"):
        protocols.m2m_sensitivity(presets.Synthetic())


def test_counts_are_learned_by_softplus(data):
    assert {task.link for task in data.tasks} == {keras.activations.softplus}
    assert [task.name for task in data.tasks] == [
        f"count_{number}" for number in (1, 2, 3, 4)
    ]


def test_no_model_is_told_the_number_of_a_scenario(data):
    names = {feature.name for feature in data.features}
    assert "scenario" not in names and {"channel", "placement"} < names


def test_nobody_beats_the_true_rates(data):
    best = data.best["all tasks@all_nmae"]
    for name in ("last week", "mean of four weeks"):
        forecast = {
            task.name: data.test.x[f"{name}: {task.name}"][:, np.newaxis]
            for task in data.tasks
        }
        assert data.test_scores(forecast)["all tasks@all_nmae"] > best


def test_planted_data_are_new_for_each_seed_and_the_same_for_one(planted, data):
    labels = [planted.load(seed).test.y["count_1"] for seed in (0, 1)]
    np.testing.assert_array_equal(labels[0], data.test.y["count_1"])
    assert not np.array_equal(labels[0][:50], labels[1][:50])
