"""Attention between features, between tasks, and from tasks to features."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import layers
from tfmtl import types
from tfmtl.features import CategoricalFeature
from tfmtl.features import Feature
from tfmtl.layers.each_vector import each_vector
from tfmtl.layers.sizes import check_flags
from tfmtl.layers.sizes import check_sizes
from tfmtl.models.tower_model import TowerModel
from tfmtl.tasks import Task


@keras.saving.register_keras_serializable("tfmtl")
class MRAN(TowerModel):
    """Relates features to features, tasks to features and tasks to tasks.

    A reconstruction: of the paper only the abstract could be had, which names
    three attention modules; the formulas are a reading of it.

        e        = stack(features)                       one vector each
        e'       = activation(attention(e) + e @ residual)   feature-feature
        r[t]     = task_feature_attention(e')[t]         task-feature
        s[t]     = r[t] + (attention(r) @ output)[t]     task-task
        score[t] = dense[t](tower[t](s[t]))

    `attention` is `tfmtl.layers.SelfAttention`. Features of other widths than
    the widest are brought to it, see `tfmtl.layers.FeatureStack`. The order
    of the features is irrelevant. In the paper the vectors of the tasks may
    come from the data of a task; here they are trained weights.

    A module can be left out: without feature-feature, `e' = e`; without
    task-feature, every task reads the mean of `e' @ value` over the features;
    without task-task, `s = r`.

    Args:
        features: Features of the model.
        tasks: Tasks of the model, one or more.
        attention_units: Width of each module's output.
        num_heads: Heads of each module, a divisor of `attention_units`.
        feature_feature: Whether features attend to features.
        task_feature: Whether tasks attend to features.
        task_task: Whether tasks attend to tasks.
        flatten_sequences: Whether the order of a sequence's steps counts, see
            `tfmtl.layers.FeatureStack`; otherwise it is the mean of them.
        tower_units: Widths of each tower's layers.
        **kwargs: `dropout` (of the towers), `activation` and `seed` of
            `TowerModel`, and keyword arguments of `keras.Model`.

    Call arguments:
        features: `{feature name: (batch,) or (batch, width)}`, or packed.
        labels: Ignored.
        training: Whether dropout is on.

    Returns:
        `{task name: (batch, 1)}`.

    Raises:
        ValueError: If a size is not positive, or `attention_units` does not
            split into `num_heads`.

    Example:

    >>> model = tfmtl.models.MRAN(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8),
    ...      tfmtl.CategoricalFeature("item", 5000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("like")],
    ... )
    >>> inputs = {"user": tf.constant([7]), "item": tf.constant([40])}
    >>> model(inputs)["like"].shape
    TensorShape([1, 1])

    Reference:
        [Zhao et al., 2019](https://doi.org/10.1145/3292500.3330861), as
        reconstructed; for feature-feature [Song et al.,
        2019](https://arxiv.org/abs/1810.11921), eq. 5-8.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        attention_units: int = 32,
        num_heads: int = 2,
        feature_feature: bool = True,
        task_feature: bool = True,
        task_task: bool = True,
        flatten_sequences: bool = False,
        tower_units: Sequence[int] = (32,),
        **kwargs: Any,
    ) -> None:
        super().__init__(features, tasks, tower_units=tower_units, **kwargs)
        check_sizes(attention_units=attention_units)
        check_flags(
            feature_feature=feature_feature,
            task_feature=task_feature,
            task_task=task_task,
            flatten_sequences=flatten_sequences,
        )
        self.attention_units = attention_units
        self.num_heads = num_heads
        self.feature_feature = feature_feature
        self.task_feature = task_feature
        self.task_task = task_task
        self.flatten_sequences = flatten_sequences
        embedded = any(isinstance(f, CategoricalFeature) for f in self.features)
        self.encoder = layers.FeatureStack(
            self.features,
            # Numbers alone bring no width of their own.
            units=None if embedded else attention_units,
            flatten_sequences=flatten_sequences,
            seed=self.seeds_of("encoder", 1)[0],
            dtype=self.dtype_policy,
        )
        if feature_feature:
            self.feature_attention = self._attention("feature_attention")
            self.feature_residual = self._product("feature_residual")
        if task_feature:
            self.task_feature_attention = layers.TaskFeatureAttention(
                len(self.tasks),
                attention_units,
                num_heads,
                seed=self.seeds_of("task_feature_attention", 1)[0],
                dtype=self.dtype_policy,
            )
        else:
            self.feature_value = self._product("feature_value")
        if task_task:
            self.task_attention = self._attention("task_attention")
            self.task_output = self._product("task_output")

    def _attention(self, part: str) -> layers.SelfAttention:
        return layers.SelfAttention(
            self.attention_units,
            self.num_heads,
            seed=self.seeds_of(part, 1)[0],
            dtype=self.dtype_policy,
        )

    def _product(self, part: str) -> keras.layers.Dense:
        seed = self.seeds_of(part, 1)[0]
        return keras.layers.Dense(
            self.attention_units,
            use_bias=False,
            kernel_initializer=keras.initializers.GlorotUniform(seed),
            dtype=self.dtype_policy,
        )

    def call(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> dict[str, tf.Tensor]:
        rows = self._task_rows(self._fields(features))
        if self.task_task:
            rows += each_vector(self.task_output, self.task_attention(rows))
        states = [
            tower(row, training=training)
            for tower, row in zip(
                self.towers, tf.unstack(rows, axis=1), strict=True
            )
        ]
        return self.predictions(self.scores(states))

    def _fields(self, features: types.Tensors) -> tf.Tensor:
        fields = self.encoder(features)
        if not self.feature_feature:
            return fields
        residual = each_vector(self.feature_residual, fields)
        return self.activation(self.feature_attention(fields) + residual)

    def _task_rows(self, fields: tf.Tensor) -> tf.Tensor:
        if self.task_feature:
            return self.task_feature_attention(fields)
        mean = tf.reduce_mean(fields, axis=1, keepdims=True)
        mean = each_vector(self.feature_value, mean)
        return tf.repeat(mean, len(self.tasks), axis=1)

    def last_shared_weights(self) -> list[keras.Variable]:
        """Returns those of the attention among features, or the tables."""
        if not self.feature_feature:
            return super().last_shared_weights()
        return [
            *self.feature_attention.trainable_weights,
            *self.feature_residual.trainable_weights,
        ]

    def attention_weights(
        self, features: types.Tensors
    ) -> dict[str, tf.Tensor]:
        """Returns who attends to whom, as a mean over the heads.

        Args:
            features: As of `call`.

        Returns:
            `{"feature_feature": (batch, fields, fields), "task_feature":
            (batch, tasks, fields), "task_task": (batch, tasks, tasks)}`
            without the modules that are left out. Every row sums to 1. The
            fields are in the order of `encoder.field_names`.
        """
        maps = {}
        if self.feature_feature:
            stacked = self.encoder(features)
            maps["feature_feature"] = self.feature_attention.attention(stacked)
        fields = self._fields(features)
        if self.task_feature:
            attention = self.task_feature_attention.attention(fields)
            maps["task_feature"] = attention
        if self.task_task:
            rows = self._task_rows(fields)
            maps["task_task"] = self.task_attention.attention(rows)
        return {
            name: tf.cast(tf.reduce_mean(each, axis=1), tf.float32)
            for name, each in maps.items()
        }

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "attention_units": self.attention_units,
            "num_heads": self.num_heads,
            "feature_feature": self.feature_feature,
            "task_feature": self.task_feature,
            "task_task": self.task_task,
            "flatten_sequences": self.flatten_sequences,
        }
