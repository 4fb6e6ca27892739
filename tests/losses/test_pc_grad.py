import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfmtl
from tfmtl.losses import PCGrad


@dataclasses.dataclass(frozen=True)
class Linear(tfmtl.RegressionTask):
    """Its loss is the prediction, so the gradient is what one wants."""

    def loss(self, label, prediction):
        return prediction[:, 0]


class Directions(tfmtl.models.MultiTaskModel):
    """The loss of each task is `direction . w`, plus a penalty on w."""

    def __init__(self, directions, weight=1.0, l2=0.0, **kwargs):
        tasks = [Linear(name, weight=weight) for name in directions]
        super().__init__([tfmtl.NumericFeature("x")], tasks, **kwargs)
        self.directions = directions
        self.l2 = l2
        self.w = self.add_weight(name="w", shape=(2,), initializer="ones")

    def call(self, features, labels=None, training=False):
        column = tf.ones((tf.shape(features["x"])[0], 1))
        return self.predictions(
            [
                tf.reduce_sum(tf.constant(direction) * self.w.value) * column
                for direction in self.directions.values()
            ]
        )

    def auxiliary_loss(self, labels, predictions):
        if not self.l2:
            return 0.0
        return self.l2 / 2 * tf.reduce_sum(tf.square(self.w.value))


def gradient(directions, **kwargs):
    """Returns by what one step of gradient descent lowers w."""
    model = Directions(directions, balancing=PCGrad(seed=0), **kwargs)
    model.compile(keras.optimizers.SGD(1.0))
    labels = {name: np.zeros(4, "f4") for name in directions}
    model.fit({"x": np.zeros(4, "f4")}, labels, verbose=0)
    return 1 - np.array(model.w)


CONFLICT = {"a": [1.0, 0.0], "b": [-1.0, 1.0]}


def test_a_step_goes_along_the_projected_gradients():
    # (1, 0) + 1/2 (-1, 1) = (1/2, 1/2) and (-1, 1) + 1 (1, 0) = (0, 1).
    np.testing.assert_allclose(gradient(CONFLICT), [0.5, 1.5], rtol=1e-6)


@pytest.mark.parametrize(
    ("directions", "expected"),
    [({"a": [1.0, 0.0], "b": [0.0, 2.0]}, [1, 2]), ({"a": [3.0, 4.0]}, [3, 4])],
    ids=["no conflict", "one task"],
)
def test_a_step_without_conflict_is_that_of_the_sum(directions, expected):
    np.testing.assert_allclose(gradient(directions), expected, rtol=1e-6)


def test_task_weights_and_the_models_own_terms_count():
    # Twice the above, and the gradient of the penalty, 0.1 * (1, 1).
    step = gradient(CONFLICT, weight=2.0, l2=0.1)
    np.testing.assert_allclose(step, [1.1, 3.1], rtol=1e-6)


def test_orders_differ_from_step_to_step_and_repeat_with_the_seed(features):
    orders = []
    for _ in range(2):
        balancing = PCGrad(seed=5)
        tasks = [tfmtl.BinaryTask(name) for name in "abcde"]
        tfmtl.models.SharedBottom(features, tasks, balancing=balancing)
        orders.append([balancing._order().numpy().tolist() for _ in range(3)])
    assert orders[0] == orders[1]
    assert orders[0][0] != orders[0][1]
    assert all(sorted(row) == [0, 1, 2, 3, 4] for row in orders[0][0])


def test_gradients_of_tables_stay_sparse(features, path, rows):
    model = tfmtl.models.AITM(features, path, balancing=PCGrad(), l2=0.1)
    model.compile("sgd")
    inputs, labels = rows(8)
    with tf.GradientTape(persistent=True) as tape:
        loss = model.joint_loss(inputs, labels)
    gradients = model.balancing.gradients(model, tape, loss, tf.ones(()))
    tables = [
        gradient
        for gradient, v in zip(
            gradients, model.trainable_variables, strict=True
        )
        if v.name == "table"
    ]
    assert tables
    assert all(isinstance(table, tf.IndexedSlices) for table in tables)
