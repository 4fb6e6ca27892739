"""A label that is any number."""

import dataclasses

import keras
import tensorflow as tf

from tfmtl import metrics
from tfmtl.tasks.task import Task


@keras.saving.register_keras_serializable("tfmtl")
@dataclasses.dataclass(frozen=True)
class RegressionTask(Task):
    """Predicts a real number, by squared error."""

    def activation(self, score: tf.Tensor) -> tf.Tensor:
        """Returns the score itself."""
        return score

    def loss(self, label: tf.Tensor, prediction: tf.Tensor) -> tf.Tensor:
        """Returns the squared error per row."""
        return keras.losses.mean_squared_error(label, prediction)

    def metrics(self) -> list[metrics.PooledMetric]:
        """Returns MAE and RMSE."""
        return [metrics.MAE(), metrics.RMSE()]
