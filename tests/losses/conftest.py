"""Models so small that their losses and gradients are worked out by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfmtl


class Ones(keras.constraints.Constraint):
    def __call__(self, w):
        return tf.ones_like(w)


class Squares(tfmtl.models.MultiTaskModel):
    """Predicts `slope[t] * w`, so that the loss is `(slope[t] * w) ** 2`.

    `w` is 1 and does not move.
    """

    def __init__(self, slopes, weights=None, **kwargs):
        weights = weights or {}
        tasks = [
            tfmtl.RegressionTask(name, weight=weights.get(name, 1.0))
            for name in slopes
        ]
        super().__init__([tfmtl.NumericFeature("x")], tasks, **kwargs)
        self.slopes = slopes
        self.w = self.add_weight(
            name="w", shape=(1, 1), initializer="ones", constraint=Ones()
        )

    def call(self, features, labels=None, training=False):
        column = tf.ones((tf.shape(features["x"])[0], 1))
        return self.predictions(
            [slope * self.w.value * column for slope in self.slopes.values()]
        )

    def last_shared_weights(self):
        return [self.w]

    def fit_steps(self, steps):
        """Trains that many steps, all labels 0."""
        labels = {name: np.zeros(steps, "f4") for name in self.slopes}
        data = {"x": np.zeros(steps, "f4")}, labels
        return self.fit(*data, batch_size=1, verbose=0).history


@pytest.fixture
def squares():
    """Maker of a compiled model of two tasks, losses `slope ** 2`."""

    def make(balancing, optimizer=None, slopes=None, **kwargs):
        model = Squares(
            slopes or {"a": 1.0, "b": 3.0}, balancing=balancing, **kwargs
        )
        model.compile(optimizer or keras.optimizers.Adam(0.01))
        return model

    return make
