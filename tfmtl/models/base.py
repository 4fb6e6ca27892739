"""The base of all models: features in, one prediction per task out."""

import abc
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.features import Feature
from tfmtl.losses import JointLoss
from tfmtl.losses import LossBalancing
from tfmtl.models import construction
from tfmtl.models.evaluation import Evaluation
from tfmtl.models.example_inputs import example_inputs
from tfmtl.models.example_inputs import signature_of
from tfmtl.models.gradient_step import gradient_step
from tfmtl.models.gradient_step import loss_of
from tfmtl.models.guarded_model import GuardedModel
from tfmtl.models.label_columns import label_columns
from tfmtl.models.loss_means import LossMeans
from tfmtl.models.task_losses import row_weights
from tfmtl.models.weight_decay import never_decay
from tfmtl.tasks import Task


class MultiTaskModel(GuardedModel, abc.ABC):
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
    is what to stop early on. A task whose rows are of one class has none: it
    is left out, with a warning, and without any other task the sum is NaN.
    It is NaN, too, if a prediction is.

    Args:
        features: Features of the model.
        tasks: Tasks of the model, parents before children.
        balancing: How the tasks' losses become one objective, an object of
            `tfmtl.losses`. Defaults to `FixedWeights()`, the sum above.
        **kwargs: Keyword arguments of `keras.Model`.

    Raises:
        ValueError: If features or tasks contradict each other or share a
            name; here or by `compile`, if the balancing cannot balance them;
            and as `GuardedModel` says, for data that cannot be meant.
        NonFiniteLossError: By `fit` and `train_on_batch`, if a loss or a
            gradient becomes NaN or infinite. That update is not applied.

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
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        balancing: LossBalancing | None = None,
        **kwargs: Any,
    ) -> None:
        # Casting inputs to half precision would spoil labels and numbers.
        super().__init__(autocast=False, **kwargs)
        self.features, self.tasks = construction.check_names(features, tasks)
        self.balancing = construction.check_balancing(balancing, self.tasks)
        self._evaluation = Evaluation(self.tasks)
        self._loss_means = LossMeans(self.balancing.task_weights)

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

    def last_shared_weights(self) -> list[keras.Variable]:
        """Returns the weights of the last layer that all tasks share.

        That is the last one that all of every task's signal comes through;
        embedding tables where nothing else is shared, and none by default.
        `tfmtl.losses.GradNorm` asks for them.
        """
        return []

    def joint_loss(
        self,
        features: types.Tensors,
        labels: types.Tensors,
        weight: Any = None,
        training: bool = True,
    ) -> JointLoss:
        """Returns the loss of one batch, in parts and in total.

        Its `total` is what training minimises.

        Args:
            features: Inputs of `call`.
            labels: `{task name: (batch,) or (batch, 1)}`.
            weight: None, one weight per row, or a dict of these by task.
            training: Whether labels reach `call` and dropout is on.
        """
        construction.check_weights(weight, self.task_names)
        labels = label_columns(labels, self.task_names)
        told = labels if training else None
        predictions = self(features, labels=told, training=training)
        return loss_of(self, labels, predictions, weight)

    @property
    def task_names(self) -> list[str]:
        """Names of the tasks, in order."""
        return [task.name for task in self.tasks]

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The running means of the losses, the total first."""
        return self._loss_means.metrics

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

    def export(self, *args: Any, **kwargs: Any) -> None:
        """Exports for columns like those of `example_inputs`, by default."""
        super().export(
            *args, **{"input_signature": self._signature(), **kwargs}
        )

    @property
    def _default_save_signature(self) -> Any:
        # Keras's own, which it saves beside, takes ids for numbers.
        return tf.function(self.__call__, input_signature=self._signature())

    def _signature(self) -> list[dict[str, tf.TensorSpec]]:
        return [signature_of(self.example_inputs())]

    def compile(
        self, optimizer: Any = "rmsprop", loss: Any = None, **kwargs: Any
    ) -> None:
        """Sets the optimizer; losses and metrics belong to the tasks.

        Args:
            optimizer: A Keras optimizer; `LazyAdam` for large vocabularies.
            loss: None. It is there to be refused.
            **kwargs: Further arguments of `keras.Model.compile`.

        Raises:
            ValueError: If losses, their weights or metrics are given, or the
                balancing cannot balance this model.
        """
        construction.check_compiled_with({"loss": loss, **kwargs})
        if not self.built:
            self.build()
        self.balancing.check_model(self)
        # XLA cannot compile the lookup of a batch's distinct ids.
        kwargs.setdefault("jit_compile", False)
        super().compile(optimizer=optimizer, **kwargs)
        never_decay(self.optimizer, self.balancing, self.trainable_variables)
        # In `fit` it would be built while tracing, which trebles the wait.
        self.optimizer.build(self.trainable_variables)

    def train_step(self, data: Any) -> dict[str, tf.Tensor]:
        """Takes one step of the optimizer."""
        loss = gradient_step(self, data)
        return self._loss_means.update(loss, data) | self.balancing.logs()

    def test_step(self, data: Any) -> dict[str, tf.Tensor]:
        """Collects the predictions of one batch."""
        features, labels, weight = keras.utils.unpack_x_y_sample_weight(data)
        construction.check_weights(weight, self.task_names)
        labels = label_columns(labels, self.task_names)
        predictions = self(features, training=False)
        weights = {t.name: row_weights(t, labels, weight) for t in self.tasks}
        self._evaluation.update(labels, predictions, weights)
        loss = loss_of(self, labels, predictions, weight)
        return self._loss_means.update(loss, data)

    def evaluate(
        self, *args: Any, return_dict: bool = False, **kwargs: Any
    ) -> Any:
        """Evaluates as `keras.Model.evaluate` does, with exact metrics."""
        with self._evaluation:
            logs = super().evaluate(*args, return_dict=True, **kwargs)
            logs |= self._evaluation.results()
        logs = {name: logs[name] for name in self.metrics_names}
        return logs if return_dict else list(logs.values())

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        return construction.config_of(self)

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: Any = None
    ) -> "MultiTaskModel":
        """Returns the model that `get_config` describes."""
        return cls(**construction.arguments(cls, config, custom_objects))
