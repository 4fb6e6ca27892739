"""Learns weights from which a few steps on a few rows lead far."""

import functools
from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tfmtl.training import non_finite_episode_error
from tfmtl.training.adapt import every_weight
from tfmtl.training.episode_outcome import judge_episode
from tfmtl.training.episode_outcome import weighted_sum
from tfmtl.training.learner_checks import check_model
from tfmtl.training.learner_checks import check_numbers
from tfmtl.training.learner_checks import check_options

_REDUCTIONS = {"reduce_mean": tf.reduce_mean, "reduce_sum": tf.reduce_sum}


@keras.saving.register_keras_serializable("tfmtl")
class MetaLearner(keras.Model):
    """Trains a model by model-agnostic meta-learning (MAML), exactly.

    A step takes a batch of episodes. In each, inner steps move the weights on
    the support set, and the query set judges what has come of it; then the
    optimizer moves the weights from where all inner steps began:

        adapted[e] = weights - inner_learning_rate
                               * gradient of loss(support[e], weights)
        objective  = mean over e of loss(query[e], adapted[e])

    The gradient of the objective goes through the inner steps, second order
    and all. Of an embedding table only the rows that an episode reads are
    adapted; the result is the same, as other rows have no gradient, and a
    step costs the same whatever the vocabulary. No variable is written by the
    inner steps: the running means of a batch normalisation move by the query
    sets only. (A layer that reads its table as a whole, such as
    `keras.layers.Embedding`, is trained as exactly, but not as cheaply.)

    The loss is `model.joint_loss`. `fit` takes what `episodes` or
    `domain_episodes` returns; its logs are the unadapted loss of the support
    sets and the adapted one of the query sets. `evaluate`, and thereby
    validation, is the model's, on ordinary rows and without any adaptation.
    Weights and optimizer are the model's too; save the model alone when
    training is over.

    Args:
        model: A `MultiTaskModel` that computes in single precision.
        inner_learning_rate: Length of an inner step.
        first_order: Whether inner gradients count as constants, which is
            cheaper and not exact.
        adapt: Says of a variable whether the inner steps move it, such as
            `every_weight` or `no_embedding`. The optimizer moves all.
        inner_steps: Number of inner steps, each on the whole support set.
        inner_reduction: Makes one loss of those of a set's rows,
            `tf.reduce_mean` or `tf.reduce_sum`.
        outer_reduction: Makes one objective of the losses of the query sets;
            any function of a vector that has a gradient.
        **kwargs: Keyword arguments of `keras.Model`.

    Raises:
        ValueError: If a learning rate or a number of steps is not positive,
            an option is of another kind, the model computes in mixed
            precision, or its balancing makes gradients of its own.
        NonFiniteEpisodeError: By `fit` and `train_on_batch`, if a loss or a
            gradient becomes NaN or infinite. That update is not applied.

    Example:

    >>> meta = tfmtl.training.MetaLearner(model, inner_learning_rate=1e-3)
    >>> meta.compile(tfmtl.optimizers.LazyAdam(1e-3))
    >>> rows = {"user": np.arange(8)}, {"click": np.arange(8) % 2}
    >>> data = tf.data.Dataset.from_tensor_slices(rows)
    >>> data = data.batch(4, drop_remainder=True)
    >>> history = meta.fit(tfmtl.training.episodes(data, count=2), verbose=0)
    >>> sorted(history.history)
    ['loss', 'support_loss']

    Reference:
        [Finn et al., 2017](https://arxiv.org/abs/1703.03400), algorithm 1.
    """

    def __init__(
        self,
        model: Any,
        inner_learning_rate: float,
        first_order: bool = False,
        adapt: Callable[[keras.Variable], bool] = every_weight,
        inner_steps: int = 1,
        inner_reduction: Callable[[tf.Tensor], tf.Tensor] = tf.reduce_mean,
        outer_reduction: Callable[[tf.Tensor], tf.Tensor] = tf.reduce_mean,
        **kwargs: Any,
    ) -> None:
        super().__init__(autocast=False, **kwargs)
        check_numbers(inner_learning_rate, inner_steps)
        check_options(
            first_order,
            adapt=adapt,
            inner_reduction=inner_reduction,
            outer_reduction=outer_reduction,
        )
        check_model(model)
        self.model = model
        self.inner_learning_rate = inner_learning_rate
        self.first_order = first_order
        self.inner_steps = inner_steps
        self.adapt = adapt
        self.inner_reduction = inner_reduction
        self.outer_reduction = outer_reduction
        self._query_mean = keras.metrics.Mean("loss")
        self._support_mean = keras.metrics.Mean("support_loss")

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The running means of the losses, that of the query sets first."""
        return [self._query_mean, self._support_mean]

    def build(self, input_shape: Any = None) -> None:
        if not self.model.built:
            self.model.build()
        self.built = True

    def build_from_config(self, config: Any) -> None:
        self.build()

    def compile(self, optimizer: Any = "rmsprop", **kwargs: Any) -> None:
        """Sets the optimizer, that of the model too.

        Args:
            optimizer: A Keras optimizer; `LazyAdam` for large vocabularies.
            **kwargs: Further arguments of `MultiTaskModel.compile`.
        """
        self.model.compile(optimizer, **kwargs)
        self.build()
        kwargs.setdefault("jit_compile", False)
        super().compile(optimizer=self.model.optimizer, **kwargs)

    def compile_from_config(self, config: dict[str, Any]) -> None:
        self.compile(**keras.saving.deserialize_keras_object(config))

    def call(self, features: Any, training: bool = False) -> Any:
        return self.model(features, training=training)

    def train_step(self, data: Any) -> dict[str, tf.Tensor]:
        judge = functools.partial(judge_episode, self)
        if not self.run_eagerly:
            # Traced and optimised once, and called for every episode.
            judge = tf.function(
                judge,
                autograph=False,
                experimental_attributes={"_noinline": True},
            )
        outcomes = [judge(episode) for episode in _split(data)]
        query_losses = tf.stack([each.query_loss for each in outcomes])
        with tf.GradientTape() as tape:
            tape.watch(query_losses)
            objective = self.outer_reduction(query_losses)
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        shares = tape.gradient(objective, query_losses) / replicas
        per_variable = zip(*(each.gradients for each in outcomes), strict=True)
        gradients = [weighted_sum(each, shares) for each in per_variable]
        with tf.control_dependencies(
            non_finite_episode_error.checks(
                [each.support_loss for each in outcomes],
                tf.unstack(query_losses),
                gradients,
            )
        ):
            self.optimizer.apply(gradients, self.model.trainable_variables)
        for each in outcomes:
            self._support_mean.update_state(each.support_shown)
            self._query_mean.update_state(each.query_shown)
        logs = {mean.name: mean.result() for mean in self.metrics}
        return logs | self.model.balancing.logs()

    def fit(self, *args: Any, **kwargs: Any) -> keras.callbacks.History:
        """Trains as `keras.Model.fit` does, on episodes."""
        # Episodes come in an order of their own, as later Keras has to be told.
        kwargs.setdefault("shuffle", False)
        with non_finite_episode_error.explained():
            return super().fit(*args, **kwargs)

    def train_on_batch(self, *args: Any, **kwargs: Any) -> Any:
        """Takes one step as `keras.Model.train_on_batch` does."""
        with non_finite_episode_error.explained():
            return super().train_on_batch(*args, **kwargs)

    def evaluate(self, *args: Any, **kwargs: Any) -> Any:
        """Evaluates the model on ordinary rows, without any adaptation."""
        # `fit` would have it that its own iterator is used.
        kwargs.pop("_use_cached_eval_dataset", None)
        return self.model.evaluate(*args, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        serialize = keras.saving.serialize_keras_object
        return {
            "name": self.name,
            "model": serialize(self.model),
            "inner_learning_rate": self.inner_learning_rate,
            "first_order": self.first_order,
            "inner_steps": self.inner_steps,
            "adapt": serialize(self.adapt),
            "inner_reduction": serialize(self.inner_reduction),
            "outer_reduction": serialize(self.outer_reduction),
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: Any = None
    ) -> "MetaLearner":
        """Returns the learner that `get_config` describes."""
        known = {**_REDUCTIONS, **(custom_objects or {})}
        restore = keras.saving.deserialize_keras_object
        return cls(**{k: restore(v, known) for k, v in config.items()})


def _split(data: Any) -> list[dict[str, Any]]:
    """Returns the episodes of a batch of them."""
    if isinstance(data, tuple):
        data = data[0]  # `train_on_batch` puts labels beside it: None
    if not isinstance(data, Mapping) or set(data) != {"support", "query"}:
        raise ValueError(
            "MetaLearner learns from episodes; make them by "
            "tfmtl.training.episodes(...). "
            f"Received: {tf.nest.map_structure(tf.shape, data)}."
        )
    count = tf.nest.flatten(data)[0].shape[0]
    if count is None:
        raise ValueError(
            "The number of episodes should be the same in every batch; make "
            "them by tfmtl.training.episodes(...). "
            "Received: a batch of unknown length."
        )

    def episode(number: int) -> dict[str, Any]:
        return tf.nest.map_structure(lambda tensor: tensor[number], data)

    return [episode(number) for number in range(count)]
