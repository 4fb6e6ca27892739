import json

import numpy as np
import pytest
import tensorflow as tf

import tfmtl
from tfmtl.experiments import pictures
from tfmtl.experiments.calibration_bins import calibration_bins
from tfmtl.experiments.told_share import ToldShare


class Weighing(tfmtl.models.MultiTaskModel):
    """Shows its input as gates and attention, so that means are plain."""

    def __init__(self, features, tasks, num_specific=0, **kwargs):
        super().__init__(features, tasks, **kwargs)
        self.num_specific = num_specific

    def call(self, features, labels=None, training=False):
        raise NotImplementedError

    def gate_weights(self, features):
        weights = tf.stack([features["x"], 1 - features["x"]], axis=1)
        return {name: weights for name in self.task_names}

    def attention_weights(self, features):
        return {"map": features["x"][:, None, None] * tf.eye(2)}


@pytest.fixture
def weighing():
    """Maker of a model with two tasks."""
    tasks = [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("buy")]

    def make(num_specific=0):
        features = [tfmtl.NumericFeature("x")]
        return Weighing(features, tasks, num_specific)

    return make


def column(*values):
    return {"x": np.array(values, np.float32)}


def test_gates_and_attention_are_means_over_the_rows(weighing):
    data = pictures.of_model(weighing(), column(0.0, 0.25, 0.5), {})
    assert data["gates"] == {"click": [0.25, 0.75], "buy": [0.25, 0.75]}
    assert data["attention"] == {"map": [[0.25, 0.0], [0.0, 0.25]]}
    assert json.loads(json.dumps(data)) == data


def test_the_sample_is_spaced_evenly_from_end_to_end(weighing):
    inputs = column(0.0, 9.0, 0.5, 9.0, 1.0)
    data = pictures.of_model(weighing(), inputs, {}, rows=3)
    assert data["gates"]["click"] == [0.5, 0.5]


def test_experts_of_one_task_have_a_place_of_their_own(weighing):
    data = pictures.of_model(weighing(num_specific=1), column(0.25), {})
    assert data["gates"]["click"] == [0.25, None, 0.75]
    assert data["gates"]["buy"] == [None, 0.25, 0.75]


def test_a_model_has_the_pictures_of_its_kind_only(features, path, rows):
    model = tfmtl.models.SingleTask(features, path, seed=0)
    inputs, _ = rows(5)
    assert pictures.of_model(model, inputs, {"loss": [1.0]}) == {}


@pytest.mark.parametrize("name", ["MMoE", "PLE", "AITM", "MRAN"])
def test_weights_of_the_models_add_up_to_one(features, path, rows, name):
    model = getattr(tfmtl.models, name)(features, path, seed=0)
    model.build()
    inputs = tfmtl.features.pack(features, rows(20)[0])
    data = pictures.of_model(model, inputs, {})
    weights = data.get("gates") or data["attention"]
    for one in weights.values():
        sums = np.nansum(np.array(one, float), axis=-1)
        np.testing.assert_allclose(sums, 1, rtol=1e-5)


def test_the_curriculum_comes_from_the_logs(weighing):
    history = {"label_rate": [np.float32(0.5), 0.25], "told": [0.5, 0.26]}
    data = pictures.of_model(weighing(), column(0.5), history)
    assert data["curriculum"] == [0.5, 0.25]
    assert data["told"] == [0.5, 0.26]


def test_no_rows_to_look_at_are_refused(weighing):
    with pytest.raises(ValueError, match="positive.*rows=0"):
        pictures.of_model(weighing(), column(0.5), {}, rows=0)


def test_bins_hold_equally_many_rows_in_order_of_prediction():
    labels, chances = [1, 0, 1, 0], [0.9, 0.1, 0.8, 0.2]
    bins = calibration_bins(np.array(labels), np.array(chances), 2)
    np.testing.assert_allclose(bins["predicted"], [0.15, 0.85])
    assert bins["observed"] == [0.0, 1.0]
    assert bins["count"] == [2.0, 2.0]


def test_rows_of_equal_prediction_share_their_labels():
    bins = [
        calibration_bins(np.array(labels), np.full(4, 0.5), 2)
        for labels in ([1, 1, 0, 0], [0, 1, 0, 1])
    ]
    assert bins[0]["observed"] == bins[1]["observed"] == [0.5, 0.5]


def test_a_row_may_lie_in_two_bins_by_halves():
    bins = calibration_bins(np.array([0, 1, 1]), np.array([0.1, 0.4, 0.7]), 2)
    assert bins["count"] == [1.5, 1.5]
    np.testing.assert_allclose(bins["observed"], [0.5 / 1.5, 1.0])
    np.testing.assert_allclose(bins["predicted"], [0.2, 0.6])


def test_the_mean_gap_of_the_bins_is_the_calibration_error():
    draw = np.random.default_rng(0)
    chances = draw.random(1003).round(2).astype(np.float32)
    labels = (draw.random(1003) < chances**2).astype(np.float32)
    bins = calibration_bins(labels, chances)
    gaps = np.abs(np.subtract(bins["observed"], bins["predicted"]))
    error = tfmtl.metrics.CalibrationError().compute(
        labels, chances, np.ones(1003, np.float32)
    )
    assert np.mean(gaps) == pytest.approx(error, rel=1e-5)


def test_fewer_rows_than_bins_have_a_bin_each():
    assert calibration_bins(np.ones(3), np.ones(3))["count"] == [1.0] * 3
    assert calibration_bins(np.ones(0), np.ones(0))["count"] == []
    with pytest.raises(ValueError, match="num_bins=0"):
        calibration_bins(np.ones(3), np.ones(3), 0)


def test_a_task_is_judged_on_its_sample_space():
    tasks = [
        tfmtl.BinaryTask("click"),
        tfmtl.BinaryTask("buy", parent="click", sample_space="click"),
    ]
    labels = {"click": [[1], [0], [1]], "buy": [[1], [0], [0]]}
    chances = {"click": [[0.5], [0.5], [0.5]], "buy": [[0.6], [0.9], [0.2]]}
    bins = pictures.calibration(tasks, labels, chances)
    assert bins["click"]["count"] == [1.0, 1.0, 1.0]
    np.testing.assert_allclose(bins["buy"]["predicted"], [0.2, 0.6])


@pytest.mark.parametrize("shared_mask", [False, True])
def test_what_was_told_is_counted_on_the_very_draws(
    features, path, rows, shared_mask
):
    model = tfmtl.models.PIMM(
        features, path, tower_units=(2,), shared_mask=shared_mask, seed=1
    )
    draws = [model.draw] if shared_mask else [m.draw for m in model.merges]
    told = [d(tf.zeros((n, 1))) < 0.25 for n in (64, 36) for d in draws]
    for draw in draws:
        draw.calls.assign(0)
    model.label_rate.assign(0.25)
    callback, logs = ToldShare(100, 64), {}
    callback.set_model(model)
    callback.on_epoch_begin(0)
    inputs, labels = rows(36)
    for _ in range(2):
        model(inputs, labels=labels, training=True)
    callback.on_epoch_end(0, logs)
    assert logs["told"] == pytest.approx(np.mean(np.concatenate(told)))
    assert all(int(draw.calls) == 2 for draw in draws)
