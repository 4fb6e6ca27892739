import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.metrics import roc_auc_score

import tfmtl
from tfmtl.models import MultiTaskModel
from tfmtl.models import NonFiniteLossError
from tfmtl.models.evaluation import Evaluation


class Fixed(MultiTaskModel):
    """Predicts the sigmoid of its inputs, one number per task."""

    def __init__(self, tasks, **kwargs):
        features = [tfmtl.NumericFeature(f"x_{task.name}") for task in tasks]
        super().__init__(features, tasks, **kwargs)
        self.shift = self.add_weight(shape=(), initializer="zeros")

    def call(self, features, labels=None, training=False):
        scores = [
            tf.reshape(features[f"x_{name}"], [-1, 1]) + self.shift
            for name in self.task_names
        ]
        return self.predictions(scores)


A, B = tfmtl.BinaryTask("a"), tfmtl.BinaryTask("b", parent="a")
X = {
    "x_a": np.log([1.0, 3.0, 1 / 3, 1.0]).astype("f4"),  # 1/2, 3/4, 1/4, 1/2
    "x_b": np.log([1.0, 1 / 3, 3.0, 1 / 7]).astype("f4"),  # 1/2 1/4 3/4 1/8
}
Y = {
    "a": np.array([1, 1, 0, 1], "f4"),
    "b": np.array([1, 0, 0, 0], "f4"),
}
LOSS_A = -np.log([1 / 2, 3 / 4, 3 / 4, 1 / 2])
LOSS_B = -np.log([1 / 2, 3 / 4, 1 / 4, 7 / 8])


def evaluated(*tasks, weight=None, labels=Y):
    model = Fixed(tasks)
    model.compile(keras.optimizers.SGD())
    return model.evaluate(
        X, labels, sample_weight=weight, verbose=0, return_dict=True
    )


def test_loss_is_the_sum_of_the_tasks_mean_losses():
    logs = evaluated(A, B)
    assert logs["a_loss"] == pytest.approx(LOSS_A.mean(), rel=1e-5)
    assert logs["b_loss"] == pytest.approx(LOSS_B.mean(), rel=1e-5)
    assert logs["loss"] == pytest.approx(
        LOSS_A.mean() + LOSS_B.mean(), rel=1e-5
    )


def test_task_weights_weigh_the_total_but_not_the_tasks_own_loss():
    heavy = tfmtl.BinaryTask("b", parent="a", weight=3.0)
    logs = evaluated(A, heavy)
    assert logs["b_loss"] == pytest.approx(LOSS_B.mean(), rel=1e-5)
    assert logs["loss"] == pytest.approx(
        LOSS_A.mean() + 3 * LOSS_B.mean(), rel=1e-5
    )


def test_sample_space_keeps_the_rows_where_the_other_label_is_one():
    clicked = tfmtl.BinaryTask("b", parent="a", sample_space="a")
    logs = evaluated(A, clicked)
    inside = [0, 1, 3]
    assert logs["b_loss"] == pytest.approx(LOSS_B[inside].mean(), rel=1e-5)
    assert logs["b_log_loss"] == pytest.approx(LOSS_B[inside].mean(), rel=1e-5)
    # Row 0 scores 1/2, above rows 1 and 3; row 2 with 3/4 does not count.
    assert logs["b_auc"] == 1.0
    assert evaluated(A, B)["b_auc"] == pytest.approx(2 / 3)


def test_an_empty_sample_space_adds_no_loss():
    clicked = tfmtl.BinaryTask("b", parent="a", sample_space="a")
    none = {name: np.zeros(4, "f4") for name in Y}
    with pytest.warns(UserWarning, match=r"no AUC.*\['a', 'b'\]"):
        logs = evaluated(A, clicked, labels=none)
    assert logs["b_loss"] == 0
    assert np.isnan(logs["b_auc"])


def test_a_replica_without_rows_adds_no_loss_and_a_gradient_of_zero():
    model = Fixed([A])
    none = tf.zeros((0, 1))
    with tf.GradientTape() as tape:
        loss = model.joint_loss({"x_a": none}, {"a": none}).total
    assert float(loss) == 0
    assert float(tape.gradient(loss, model.shift.value)) == 0


def test_sample_weights_weigh_loss_and_metrics_of_all_tasks():
    weight = np.array([1, 2, 1, 0], "f4")
    logs = evaluated(A, B, weight=weight)
    expected = np.average(LOSS_B, weights=weight)
    assert logs["b_loss"] == pytest.approx(expected, rel=1e-5)
    assert logs["b_log_loss"] == pytest.approx(expected, rel=1e-5)


def test_sample_weights_can_be_given_per_task():
    weight = {"b": np.array([1, 2, 0, 1], "f4")}
    model = Fixed([A, B])
    model.compile(keras.optimizers.SGD())
    data = tf.data.Dataset.from_tensors((X, Y, weight))
    logs = model.evaluate(data, verbose=0, return_dict=True)
    assert logs["a_loss"] == pytest.approx(LOSS_A.mean(), rel=1e-5)
    assert logs["b_loss"] == pytest.approx(
        np.average(LOSS_B, weights=weight["b"]), rel=1e-5
    )


def test_a_task_left_out_of_the_weights_beside_arrays_weighs_rows_alike():
    weight = {"b": np.array([1, 2, 0, 1], "f4")}
    model = Fixed([A, B])
    model.compile(keras.optimizers.SGD(0.0))
    fitted = model.fit(
        X, Y, sample_weight=weight, validation_data=(X, Y, weight), verbose=0
    )
    weighted = np.average(LOSS_B, weights=weight["b"])
    for prefix in ("", "val_"):
        loss_a = fitted.history[f"{prefix}a_loss"]
        loss_b = fitted.history[f"{prefix}b_loss"]
        assert loss_a == pytest.approx([LOSS_A.mean()], rel=1e-5)
        assert loss_b == pytest.approx([weighted], rel=1e-5)


@pytest.mark.parametrize(
    "method", ["fit", "evaluate", "train_on_batch", "test_on_batch"]
)
def test_sample_weights_of_a_task_that_there_is_not_are_refused(method):
    model = Fixed([A, B])
    model.compile(keras.optimizers.SGD(), run_eagerly=True)
    weight = {"bb": np.array([1, 2, 0, 1], "f4")}
    with pytest.raises(ValueError, match=r"of \['a', 'b'\].*also: \['bb'\]"):
        getattr(model, method)(X, Y, sample_weight=weight)


def test_sample_weights_and_sample_space_multiply():
    clicked = tfmtl.BinaryTask("b", parent="a", sample_space="a")
    logs = evaluated(A, clicked, weight=np.array([1, 2, 5, 1], "f4"))
    expected = np.average(LOSS_B, weights=[1, 2, 0, 1])
    assert logs["b_loss"] == pytest.approx(expected, rel=1e-5)


def test_evaluate_gives_exact_metrics_by_task_over_all_batches():
    draw = np.random.default_rng(0)
    x = {f"x_{name}": draw.normal(size=500).astype("f4") for name in "ab"}
    y = {name: (draw.random(500) < 0.1).astype("f4") for name in "ab"}
    model = Fixed([A, tfmtl.BinaryTask("b")])
    model.compile(keras.optimizers.SGD())
    logs = model.evaluate(x, y, batch_size=32, verbose=0, return_dict=True)
    aucs = {name: roc_auc_score(y[name], x[f"x_{name}"]) for name in "ab"}
    for name, auc in aucs.items():
        assert logs[f"{name}_auc"] == pytest.approx(auc, abs=1e-6)
        assert f"{name}_calibration_error" in logs
    assert logs["auc_sum"] == pytest.approx(sum(aucs.values()), abs=1e-6)


def test_a_task_of_one_class_is_left_out_of_the_sum_with_one_warning():
    model = Fixed([A, B])
    model.compile(keras.optimizers.SGD(0.0))
    validation = X, {**Y, "b": np.zeros(4, "f4")}
    with pytest.warns(UserWarning, match=r"left out.*\['b'\]") as warned:
        fitted = model.fit(X, Y, validation_data=validation, epochs=2)
    assert len(warned) == 1
    assert np.isnan(fitted.history["val_b_auc"]).all()
    assert fitted.history["val_auc_sum"] == fitted.history["val_a_auc"]


def test_without_any_task_of_two_classes_the_sum_of_the_aucs_is_nan():
    with pytest.warns(UserWarning, match="no AUC"):
        logs = evaluated(A, labels={"a": np.ones(4, "f4")})
    assert np.isnan(logs["auc_sum"])


def test_a_prediction_that_is_nan_makes_the_sum_of_the_aucs_nan():
    for labels in (Y, {**Y, "b": np.zeros(4, "f4")}):
        evaluation = Evaluation([A, B])
        predictions = {"a": X["x_a"], "b": np.full(4, np.nan)}
        with evaluation:
            evaluation.update(labels, predictions, {"a": None, "b": None})
            assert np.isnan(evaluation.results()["auc_sum"])


@pytest.mark.parametrize(
    ("sample_space", "weight"),
    [(None, None), ("a", None), (None, [1, 2, 5, 0]), ("a", [1, 2, 5, 0])],
)
def test_losses_do_not_depend_on_the_size_of_the_batches(sample_space, weight):
    b = tfmtl.BinaryTask("b", weight=3.0, sample_space=sample_space)
    model = Fixed([A, b])
    model.compile(keras.optimizers.SGD(0.0))
    weight = None if weight is None else np.array(weight, "f4")
    weight_a = np.ones(4) if weight is None else weight
    weight_b = weight_a if sample_space is None else weight_a * Y["a"]
    expected = {
        "a_loss": np.average(LOSS_A, weights=weight_a),
        "b_loss": np.average(LOSS_B, weights=weight_b),
    }
    expected["loss"] = expected["a_loss"] + 3 * expected["b_loss"]
    # Batches of one row, some of which weigh nothing; of three and of one.
    for size in (1, 3):
        data = {"x": X, "y": Y, "sample_weight": weight, "batch_size": size}
        fitted = model.fit(**data, verbose=0).history
        logs = model.evaluate(**data, verbose=0, return_dict=True)
        for name, value in expected.items():
            assert fitted[name] == [pytest.approx(value, rel=1e-5)]
            assert logs[name] == pytest.approx(value, rel=1e-5)


def test_what_a_model_adds_counts_in_the_logs_by_the_rows_of_the_batch():
    class Added(Fixed):
        def auxiliary_loss(self, labels, predictions):
            return tf.reduce_mean(predictions["a"])

    model = Added([A])
    model.compile(keras.optimizers.SGD(0.0))
    expected = [pytest.approx(LOSS_A.mean() + 1 / 2, rel=1e-5)]
    assert model.fit(X, Y, batch_size=3, verbose=0).history["loss"] == expected


def test_validation_metrics_stand_in_the_history():
    model = Fixed([A, B])
    model.compile(keras.optimizers.SGD(0.0))
    fitted = model.fit(X, Y, validation_data=(X, Y), epochs=2, verbose=0)
    # a: positives score .5, .75, .5, the negative .25; b: 2 of 3 pairs.
    assert fitted.history["val_a_auc"] == [1.0, 1.0]
    assert fitted.history["val_auc_sum"] == pytest.approx([5 / 3, 5 / 3])


def test_loss_is_computed_from_scores_so_that_mistakes_keep_their_gradient():
    model = Fixed([A])
    x = {"x_a": tf.constant([-60.0])}
    with tf.GradientTape() as tape:
        loss = A.loss(tf.ones((1, 1)), model(x)["a"])
    assert float(loss[0]) == pytest.approx(60.0)
    assert float(tape.gradient(loss, model.shift.value)) == pytest.approx(-1)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_stops_training_and_keeps_the_weights(value):
    # Of arrays, `fit` would have refused the value.
    zeros = tf.zeros(8)
    x = {"x_a": zeros, "x_b": tf.where(tf.range(8) == 5, value, zeros)}
    y = {"a": np.ones(8, "f4"), "b": np.zeros(8, "f4")}
    model, twin = Fixed([A, B]), Fixed([A, B])
    for one in (model, twin):
        one.compile(keras.optimizers.SGD(0.5))
    with pytest.raises(NonFiniteLossError, match="task 'b'.*at step 3"):
        model.fit(x, y, batch_size=2, shuffle=False, verbose=0)
    good = {name: column[:4] for name, column in x.items()}
    labels = {name: column[:4] for name, column in y.items()}
    twin.fit(good, labels, batch_size=2, shuffle=False, verbose=0)
    assert float(model.shift) == float(twin.shift)
    assert int(model.optimizer.iterations) == 2


def test_a_total_that_is_not_finite_stops_training_and_keeps_the_weights():
    path = [A, tfmtl.BinaryTask("b", parent="a")]
    features = [tfmtl.CategoricalFeature("user", 5, embedding_dim=2)]
    model = tfmtl.models.AITM(features, path, tower_units=(4,))
    model.calibrator_weight = float("nan")
    model.compile(keras.optimizers.SGD(0.5))
    before = model.get_weights()
    with pytest.raises(NonFiniteLossError, match="The total loss.*at step 1"):
        model.fit({"user": np.arange(4)}, Y, batch_size=4, verbose=0)
    for kept, start in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(kept, start)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_gradient_that_is_not_finite_stops_training_too(value):
    # The fused ReLU of the bottom turns NaN into 0, so the loss is finite. The
    # second layer makes NaN of inf - inf.
    features = [tfmtl.NumericFeature("x")]
    model = tfmtl.models.SharedBottom(
        features, [A], bottom_units=(32, 32), tower_units=(), seed=0
    )
    model.compile(keras.optimizers.SGD(0.5))
    before = model.get_weights()
    x = tf.constant([1.0, 2.0, value, 3.0])
    with pytest.raises(NonFiniteLossError, match="The gradient.*at step 1"):
        model.fit({"x": x}, {"a": Y["a"]}, verbose=0)
    for kept, start in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(kept, start)


def test_an_optimizer_that_scales_the_loss_skips_gradients_that_overflow():
    features = [tfmtl.CategoricalFeature("user", 5, embedding_dim=2)]
    model = tfmtl.models.SharedBottom(
        features, [A], tower_units=(), dtype="mixed_float16"
    )
    model.compile(keras.optimizers.SGD(0.5))
    model.optimizer.dynamic_scale.assign(1e38)
    before = model.get_weights()
    model.fit({"user": np.arange(4)}, {"a": Y["a"]}, verbose=0)
    for kept, start in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(kept, start)


def test_other_failures_of_tensorflow_pass_through():
    class Broken(Fixed):
        def call(self, features, labels=None, training=False):
            tf.debugging.assert_less(features["x_a"], 0.0, "too large")
            return super().call(features)

    model = Broken([A])
    model.built = True
    model.compile(keras.optimizers.SGD())
    with pytest.raises(tf.errors.InvalidArgumentError, match="too large"):
        model.fit({"x_a": np.ones(2, "f4")}, {"a": Y["a"][:2]}, verbose=0)


def test_takes_flat_labels_and_columns_alike():
    column = {name: label[:, np.newaxis] for name, label in Y.items()}
    assert evaluated(A, B, labels=column) == evaluated(A, B)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ({"a": Y["a"]}, r"add \['b'\].*Received: \['a'\]"),
        (Y["a"], "should be a dict.*one entry per task"),
        ({**Y, "b": np.zeros((4, 2))}, r"label 'b' should.*shape=.*, 2\)"),
    ],
)
def test_refuses_labels_that_are_not_one_column_per_task(labels, message):
    with pytest.raises(ValueError, match=message):
        evaluated(A, B, labels=labels)


@pytest.mark.parametrize(
    "option", ["loss", "loss_weights", "metrics", "weighted_metrics"]
)
def test_refuses_losses_and_metrics_that_belong_to_the_tasks(option):
    with pytest.raises(
        ValueError, match=f"tasks bring their losses.*{option}=.'mse'"
    ):
        Fixed([A]).compile("sgd", **{option: ["mse"]})


@pytest.mark.parametrize("fails", [False, True])
def test_evaluate_lets_go_of_the_rows(fails, monkeypatch):
    model = Fixed([A])
    model.compile(keras.optimizers.SGD())
    if fails:
        monkeypatch.setattr(A.metrics()[0].__class__, "compute", None)
        with pytest.raises(TypeError):
            model.evaluate(X, Y, verbose=0)
    else:
        model.evaluate(X, Y, verbose=0)
    kept = [pooled.rows()[0] for pooled in model._evaluation._rows.values()]
    assert [len(labels) for labels in kept] == [0]


def test_single_batches_are_not_kept_but_evaluate_still_sees_all_rows():
    model = Fixed([A])
    model.compile(keras.optimizers.SGD())
    model.test_on_batch(X, Y)
    kept = [pooled.rows()[0] for pooled in model._evaluation._rows.values()]
    assert [len(labels) for labels in kept] == [0]
    # The step that was traced before serves here as well.
    logs = model.evaluate(X, Y, verbose=0, return_dict=True)
    assert logs["a_auc"] == 1


def test_evaluate_without_names_gives_the_values_in_order():
    model = Fixed([A])
    model.compile(keras.optimizers.SGD())
    named = model.evaluate(X, Y, verbose=0, return_dict=True)
    assert model.evaluate(X, Y, verbose=0) == list(named.values())


def test_refuses_a_feature_that_is_the_label():
    leak = tfmtl.NumericFeature("a")
    with pytest.raises(ValueError, match=r"hand the model the label.*\['a'\]"):
        tfmtl.models.SharedBottom([leak, tfmtl.NumericFeature("x")], [A, B])


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a", "a_log"], "'a_log_loss' of task 'a' and of task 'a_log'"),
        (["a_log", "a"], "'a_log_loss' of task 'a_log' and of task 'a'"),
        (["a", "val_a"], "'val_a_loss' of task 'a' and of task 'val_a'"),
        (["val"], "'val_loss' of the model and of task 'val'"),
    ],
)
def test_refuses_tasks_whose_results_would_share_a_name(names, message):
    with pytest.raises(ValueError, match=f"name of its own.*{message}"):
        Fixed([tfmtl.BinaryTask(name) for name in names])


def test_the_loss_comes_first_and_once_and_names_match():
    model = Fixed([A, B])
    model.compile(keras.optimizers.SGD(0.0))
    named = model.evaluate(X, Y, verbose=0, return_dict=True)
    assert list(named) == model.metrics_names
    assert list(named)[:3] == ["loss", "a_loss", "b_loss"]
    assert list(named)[-1] == "auc_sum"
    losses = [LOSS_A.mean() + LOSS_B.mean(), LOSS_A.mean(), LOSS_B.mean()]
    for step in (model.train_on_batch, model.test_on_batch):
        model.reset_metrics()
        assert step(X, Y) == pytest.approx(losses, rel=1e-5)


def test_an_export_takes_the_columns_and_predicts_the_same(tmp_path):
    features = [
        tfmtl.CategoricalFeature("user", 5, embedding_dim=2),
        tfmtl.NumericFeature("x"),
    ]
    model = tfmtl.models.SharedBottom(features, [A, B], tower_units=())
    x = {
        "user": tf.constant([1, 2, 3], tf.int64),
        "x": tf.constant([[0.5], [1.5], [2.5]]),
    }
    expected = model(x)
    model.export(tmp_path / "model", verbose=False)
    served = tf.saved_model.load(str(tmp_path / "model"))
    for name, prediction in served.serve(x).items():
        np.testing.assert_allclose(prediction, expected[name], rtol=1e-6)


@pytest.mark.parametrize("name", ["a b", "ä", "a:b", "_a"])
def test_an_export_refuses_names_that_tensorflow_does_not_take(name, tmp_path):
    features = [tfmtl.NumericFeature("x"), tfmtl.NumericFeature(name)]
    model = tfmtl.models.SharedBottom(features, [A], tower_units=())
    model.build()
    with pytest.raises(ValueError, match=rf"`input_signature`.*\['{name}'\]"):
        model.export(tmp_path / "model", verbose=False)


@pytest.mark.parametrize("name", ["a", "it's", 'so "called"', "a'\"b"])
def test_train_on_batch_names_the_task_whose_loss_is_not_finite(name):
    model = Fixed([tfmtl.BinaryTask(name)])
    model.compile(keras.optimizers.SGD())
    x = np.full(4, np.nan, "f4")
    with pytest.raises(NonFiniteLossError) as caught:
        model.train_on_batch({f"x_{name}": x}, {name: Y["a"]})
    assert f"task {name!r} became NaN" in str(caught.value)
    assert "at step 1" in str(caught.value)


def test_a_loss_that_is_not_finite_is_explained_under_a_strategy():
    strategy = tf.distribute.MirroredStrategy(["CPU:0"])
    with strategy.scope():
        model = Fixed([A])
        model.compile(keras.optimizers.SGD())
    x = {"x_a": tf.fill(4, np.nan)}
    with pytest.raises(NonFiniteLossError, match="task 'a'.*at step 1"):
        model.fit(x, {"a": Y["a"]}, verbose=0)
