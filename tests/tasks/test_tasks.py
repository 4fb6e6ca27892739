import keras
import numpy as np
import pytest
import tensorflow as tf

from tfmtl import BinaryTask
from tfmtl import CountTask
from tfmtl import NumericFeature
from tfmtl import RegressionTask
from tfmtl.tasks import check_path
from tfmtl.tasks import check_tasks


def test_binary_task_is_a_sigmoid_with_cross_entropy():
    task = BinaryTask("click")
    prediction = task.activation(tf.constant([[np.log(3.0)], [0.0]]))
    np.testing.assert_allclose(prediction, [[0.75], [0.5]], rtol=1e-6)
    loss = task.loss(tf.constant([[1.0], [0.0]]), prediction)
    np.testing.assert_allclose(loss, -np.log([0.75, 0.5]), rtol=1e-6)


def test_a_positive_weight_is_a_factor_of_positive_rows():
    label = tf.constant([[1.0], [0.0]])
    prediction = tf.constant([[0.25], [0.25]])
    loss = BinaryTask("click", positive_weight=3.0).loss(label, prediction)
    np.testing.assert_allclose(
        loss, [-3 * np.log(0.25), -np.log(0.75)], rtol=1e-6
    )


@pytest.mark.parametrize("weight", [0.0, -1.0, float("inf"), float("nan"), "2"])
def test_refuses_a_positive_weight_that_is_none(weight):
    with pytest.raises(ValueError, match="`positive_weight` of task 'click'"):
        BinaryTask("click", positive_weight=weight)


def test_count_task_is_an_exponential_with_poisson_loss():
    task = CountTask("visits")
    prediction = task.activation(tf.constant([[np.log(2.0)], [99.0]]))
    np.testing.assert_allclose(prediction, [[2.0], [np.exp(15)]], rtol=1e-5)
    loss = task.loss(tf.constant([[3.0]]), tf.constant([[2.0]]))
    np.testing.assert_allclose(loss, [2 - 3 * np.log(2)], rtol=1e-6)


def test_a_label_scale_divides_labels_and_multiplies_predictions():
    task = CountTask("spend", label_scale=10.0)
    prediction = task.activation(tf.constant([[np.log(2.0)]], tf.float32))
    np.testing.assert_allclose(prediction, [[20.0]], rtol=1e-6)
    expected = [2 - 3 * np.log(2)]
    for same in (prediction, tf.constant([[20.0]])):
        loss = task.loss(tf.constant([[30.0]]), same)
        np.testing.assert_allclose(loss, expected, rtol=1e-6)


def test_another_link_takes_the_place_of_the_exponential():
    task = CountTask("visits", link=keras.activations.softplus)
    prediction = task.activation(tf.constant([[0.0]]))
    np.testing.assert_allclose(prediction, [[np.log(2)]], rtol=1e-6)
    loss = task.loss(tf.constant([[3.0]]), prediction)
    expected = [np.log(2) - 3 * np.log(np.log(2))]
    np.testing.assert_allclose(loss, expected, rtol=1e-5)
    saved = keras.saving.serialize_keras_object(task)
    assert keras.saving.deserialize_keras_object(saved) == task


def test_a_link_may_be_named_as_other_activations_may():
    named = CountTask("visits", link="softplus")
    assert named == CountTask("visits", link=keras.activations.softplus)
    with pytest.raises(ValueError, match="activation.*exponentail"):
        CountTask("visits", link="exponentail")


@pytest.mark.parametrize("score", [-20.0, 20.0])
def test_the_poisson_loss_has_a_gradient_at_every_score(score):
    scores, task = tf.constant([[score]]), CountTask("visits")
    with tf.GradientTape() as tape:
        tape.watch(scores)
        loss = task.loss(tf.constant([[5.0]]), task.activation(scores))
    gradient = tape.gradient(loss, scores)
    np.testing.assert_allclose(gradient, [[np.exp(score) - 5]], rtol=1e-5)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("inf"), float("nan"), "2"])
def test_refuses_a_label_scale_that_is_none(scale):
    with pytest.raises(ValueError, match="`label_scale` of task 'visits'"):
        CountTask("visits", label_scale=scale)


def test_count_task_takes_a_count_of_zero():
    loss = CountTask("visits").loss(tf.constant([[0.0]]), tf.zeros((1, 1)))
    assert float(loss[0]) == 0


def test_regression_task_is_linear_with_squared_error():
    task = RegressionTask("spend")
    score = tf.constant([[-2.0]])
    assert task.activation(score) is score
    np.testing.assert_allclose(task.loss(tf.constant([[1.0]]), score), [9.0])


@pytest.mark.parametrize("task", [BinaryTask, CountTask, RegressionTask])
def test_configuration_makes_the_round_trip(task):
    one = task("b", parent="a", weight=2.0, sample_space="a")
    saved = keras.saving.serialize_keras_object(one)
    assert keras.saving.deserialize_keras_object(saved) == one


def test_metrics_are_named_by_what_they_measure():
    names = [metric.name for metric in BinaryTask("click").metrics()]
    assert names == ["auc", "log_loss", "calibration_error"]
    names = [metric.name for metric in CountTask("visits").metrics()]
    assert names == ["nmae", "smape"]


def test_a_regression_is_judged_alike_whatever_the_sign_of_its_labels():
    labels, predictions = np.array([[0.1, 0.5], [0.2, 0.1]], np.float32)
    for sign in (1, -1):
        mae, rmse = RegressionTask("margin").metrics()
        for metric in (mae, rmse):
            metric.update_state(sign * labels, sign * predictions)
        assert mae.result() == pytest.approx((0.1 + 0.4) / 2)
        assert rmse.result() == pytest.approx(np.sqrt((0.01 + 0.16) / 2))


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ([], "at least one task"),
        ([BinaryTask("a"), BinaryTask("a")], "more than once: 'a'"),
        (
            [BinaryTask("b", parent="a"), BinaryTask("a")],
            "`parent` of task 'b'.*stands before it.*parent='a'",
        ),
        ([BinaryTask("b", sample_space="a")], "`sample_space` of task 'b'"),
        (
            [CountTask("a"), BinaryTask("b", sample_space="a")],
            "`sample_space` of task 'b' should name a BinaryTask.*'a'",
        ),
    ],
)
def test_refuses_tasks_that_contradict_each_other(tasks, message):
    with pytest.raises(ValueError, match=message):
        check_tasks(tasks)


@pytest.mark.parametrize("kind", [set, frozenset])
def test_refuses_tasks_in_a_set_which_has_no_order(kind):
    with pytest.raises(ValueError, match="`tasks` should be a list, whose ord"):
        check_tasks(kind([BinaryTask("a"), BinaryTask("b")]))


def test_refuses_a_negative_weight():
    with pytest.raises(ValueError, match="not negative.*weight=-1"):
        BinaryTask("a", weight=-1)


def test_a_path_starts_without_a_parent():
    tasks = [BinaryTask("a"), BinaryTask("b", parent="a")]
    check_path(tasks, "Model")
    with pytest.raises(ValueError, match="set parent=None on 'b'"):
        check_path(tasks[1:] * 2, "Model")


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), "2", None])
def test_a_weight_is_a_finite_number(weight):
    with pytest.raises(ValueError, match=f"finite.*weight={weight!r}"):
        BinaryTask("click", weight=weight)


@pytest.mark.parametrize("name", [None, 1, ""])
def test_the_name_of_a_task_is_a_text(name):
    with pytest.raises(ValueError, match=f"should be a text.*name={name!r}"):
        BinaryTask(name)


@pytest.mark.parametrize(
    ("task", "allowed"),
    [
        (BinaryTask("a"), [True, True, False, False, False, False, False]),
        (CountTask("a"), [True, True, True, True, False, False, False]),
        (RegressionTask("a"), [True, True, True, True, True, False, False]),
    ],
)
def test_a_task_says_which_labels_it_can_learn_from(task, allowed):
    labels = np.array([0.0, 1.0, 0.5, 2.0, -1.0, np.nan, np.inf])
    assert task.allows(labels).tolist() == allowed


@pytest.mark.parametrize("wrong", ["click", NumericFeature("age")])
def test_refuses_what_is_no_task(wrong):
    with pytest.raises(ValueError, match="Tasks should be.*after the features"):
        check_tasks([wrong])
