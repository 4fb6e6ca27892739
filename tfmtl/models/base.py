"""The base of all models: features in, one prediction per task out."""

import abc
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.features import Feature
from tfmtl.models import construction
from tfmtl.models import non_finite_loss_error
from tfmtl.models.evaluation import Evaluation
from tfmtl.models.example_inputs import example_inputs
from tfmtl.models.label_columns import label_columns
from tfmtl.models.task_losses import row_weights
from tfmtl.models.task_losses import task_losses
from tfmtl.tasks import Task


class MultiTaskModel(keras.Model, abc.ABC):
    """A thin wrapper of `keras.Model` that owns tasks and their joint loss.

    A subclass writes `call(features, labels=None, training=False)` and
    returns `{task name: (batch, 1)}`, unconditional predictions; it may add
    further outputs under other names. `labels` reach `call` in training only,
    so that no prediction outside training can depend on them. The loss is

        sum over tasks of task.weight * mean over rows of task.loss
        + auxiliary_loss + regularisation

    Labels and features are dicts by name, from arrays or a `tf.data.Dataset`.
    `fit` logs losses; `evaluate` adds the tasks' exact metrics,
    `{task}_{metric}`, and `auc_sum` over the tasks that have an AUC, which
    is what to stop early on.

    Args:
        features: Features of the model.
        tasks: Tasks of the model, parents before children.
        **kwargs: Keyword arguments of `keras.Model`.

    Raises:
        ValueError: If features or tasks contradict each other or share a name.
        NonFiniteLossError: By `fit` and `train_on_batch`, if a task's loss or
            the total becomes NaN or infinite. That update is not applied.

    Example:

    >>> class Linear(tfmtl.models.MultiTaskModel):
    ...     def __init__(self, features, tasks, **kwargs):
    ...         super().__init__(features, tasks, **kwargs)
    ...         self.encoder = tfmtl.layers.FeatureConcatenation(features)
    ...         self.heads = [keras.layers.Dense(1) for _ in self.tasks]
    ...
    ...     def call(self, features, labels=None, training=False):
    ...         x = self.encoder(features)
    ...         return self.predictions([head(x) for head in self.heads])
    """

    def __init__(
        self, features: Sequence[Feature], tasks: Sequence[Task], **kwargs: Any
    ) -> None:
        # Casting inputs to half precision would spoil labels and numbers.
        super().__init__(autocast=False, **kwargs)
        self.features, self.tasks = construction.check_names(features, tasks)
        self._evaluation = Evaluation(self.tasks)
        self._loss_means = {
            name: keras.metrics.Mean(f"{name}_loss") for name in self.task_names
        }
        self._total_mean = keras.metrics.Mean("loss")

    @abc.abstractmethod
    def call(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> dict[str, tf.Tensor]:
        """Returns the prediction of every task, `(batch, 1)` each."""

    def auxiliary_loss(
        self, labels: types.Tensors, predictions: types.Tensors
    ) -> tf.Tensor | float:
        """Returns what the model adds to the tasks' losses, a scalar."""
        return 0.0

    @property
    def task_names(self) -> list[str]:
        """Names of the tasks, in order."""
        return [task.name for task in self.tasks]

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The running means of the losses, the total first."""
        return [self._total_mean, *self._loss_means.values()]

    @property
    def metrics_names(self) -> list[str]:
        """Names of what `evaluate` returns, in order."""
        return [mean.name for mean in self.metrics] + self._evaluation.names

    def predictions(self, scores: Sequence[tf.Tensor]) -> dict[str, tf.Tensor]:
        """Returns each task's activation of its score, keyed by name."""
        return {
            task.name: self.prediction(task, score)
            for task, score in zip(self.tasks, scores, strict=True)
        }

    def prediction(self, task: Task, score: tf.Tensor) -> tf.Tensor:
        """Returns one task's activation of its score, as float32."""
        # In half precision a rare task's probability would be rounded to 0.
        return task.activation(tf.cast(score, tf.float32))

    def build(self, input_shape: Any = None) -> None:
        """Creates all weights; the features say all there is to know."""
        with tf.init_scope():
            self.call(self.example_inputs())
        self.built = True

    def build_from_config(self, config: Any) -> None:
        """Creates all weights of a model that is being loaded."""
        self.build()

    def load_weights(self, filepath: Any, **kwargs: Any) -> None:
        """Loads weights as `keras.Model.load_weights` does."""
        if not self.built:
            self.build()
        super().load_weights(filepath, **kwargs)

    def example_inputs(self, rows: int = 2) -> dict[str, tf.Tensor]:
        """Returns inputs of the right shape, ids and numbers all zero."""
        return example_inputs(self.features, rows)

    def compile(
        self, optimizer: Any = "rmsprop", loss: Any = None, **kwargs: Any
    ) -> None:
        """Sets the optimizer; losses and metrics belong to the tasks.

        Args:
            optimizer: A Keras optimizer; `LazyAdam` for large vocabularies.
            loss: None. It is there to be refused.
            **kwargs: Further arguments of `keras.Model.compile`.

        Raises:
            ValueError: If losses, their weights or metrics are given.
        """
        construction.check_compiled_with({"loss": loss, **kwargs})
        if not self.built:
            self.build()
        # XLA cannot compile the lookup of a batch's distinct ids.
        kwargs.setdefault("jit_compile", False)
        super().compile(optimizer=optimizer, **kwargs)
        # In `fit` it would be built while tracing, which trebles the wait.
        self.optimizer.build(self.trainable_variables)

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles a model that is being loaded."""
        self.compile(**keras.saving.deserialize_keras_object(config))

    def train_step(self, data: Any) -> dict[str, tf.Tensor]:
        """Takes one step of the optimizer."""
        features, labels, weight = self._unpack(data)
        with tf.GradientTape() as tape:
            predictions = self(features, labels=labels, training=True)
            losses = task_losses(self.tasks, labels, predictions, weight)
            total = self._total(losses, labels, predictions)
            replicas = tf.distribute.get_strategy().num_replicas_in_sync
            scaled = self.optimizer.scale_loss(total / replicas)
        variables = self.trainable_variables
        gradients = tape.gradient(scaled, variables)
        with tf.control_dependencies(
            non_finite_loss_error.checks(losses, total)
        ):
            self.optimizer.apply(gradients, variables)
        return self._track(losses, total)

    def test_step(self, data: Any) -> dict[str, tf.Tensor]:
        """Collects the predictions of one batch."""
        features, labels, weight = self._unpack(data)
        predictions = self(features, training=False)
        losses = task_losses(self.tasks, labels, predictions, weight)
        weights = {t.name: row_weights(t, labels, weight) for t in self.tasks}
        self._evaluation.update(labels, predictions, weights)
        return self._track(losses, self._total(losses, labels, predictions))

    def fit(self, *args: Any, **kwargs: Any) -> keras.callbacks.History:
        """Trains as `keras.Model.fit` does."""
        with non_finite_loss_error.explained(self):
            return super().fit(*args, **kwargs)

    def train_on_batch(self, *args: Any, **kwargs: Any) -> Any:
        """Takes one step as `keras.Model.train_on_batch` does."""
        with non_finite_loss_error.explained(self):
            return super().train_on_batch(*args, **kwargs)

    def evaluate(
        self, *args: Any, return_dict: bool = False, **kwargs: Any
    ) -> Any:
        """Evaluates as `keras.Model.evaluate` does, with exact metrics."""
        self._evaluation.reset()
        try:
            logs = super().evaluate(*args, return_dict=True, **kwargs)
            logs |= self._evaluation.results()
        finally:
            self._evaluation.reset()  # rows of a large set take memory
        logs = {name: logs[name] for name in self.metrics_names}
        return logs if return_dict else list(logs.values())

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        serialize = keras.saving.serialize_keras_object
        return {
            "name": self.name,
            "dtype": keras.dtype_policies.serialize(self.dtype_policy),
            "features": [serialize(feature) for feature in self.features],
            "tasks": [serialize(task) for task in self.tasks],
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: Any = None
    ) -> "MultiTaskModel":
        """Returns the model that `get_config` describes."""
        return cls(**construction.arguments(cls, config, custom_objects))

    def _unpack(self, data: Any) -> tuple[Any, types.Tensors, Any]:
        features, labels, weight = keras.utils.unpack_x_y_sample_weight(data)
        return features, label_columns(labels, self.task_names), weight

    def _total(
        self,
        losses: types.Tensors,
        labels: types.Tensors,
        predictions: types.Tensors,
    ) -> tf.Tensor:
        weighted = [task.weight * losses[task.name] for task in self.tasks]
        auxiliary = self.auxiliary_loss(labels, predictions)
        return tf.add_n(weighted) + auxiliary + sum(self.losses)

    def _track(
        self, losses: types.Tensors, total: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        self._total_mean.update_state(total)
        logs = {"loss": self._total_mean.result()}
        for name, mean in self._loss_means.items():
            mean.update_state(losses[name])
            logs[mean.name] = mean.result()
        return logs
