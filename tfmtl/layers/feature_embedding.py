"""One fused embedding table for all fields of one width."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfmtl import features as features_lib
from tfmtl import types

IdFeature = features_lib.CategoricalFeature | features_lib.SequenceFeature


@keras.saving.register_keras_serializable("tfmtl")
class FeatureEmbedding(keras.layers.Layer):
    """Looks the ids of many fields up in one table.

    The tables of all fields are stacked into one `(total ids, dim)` weight,
    and each field's ids are moved by the field's offset, so that a batch
    costs one gather however many fields there are:

        output[b, f] = table[offset[f] + ids[b, f]]

    The gather reads the variable by rows and its gradient is sparse: the cost
    of a step does not grow with the vocabulary when the optimizer is
    `tfmtl.optimizers.LazyAdam`. Ids outside a field's vocabulary, negative
    ones too, are taken as 0, the unknown.

    Args:
        features: `CategoricalFeature`s and `SequenceFeature`s of one
            `embedding_dim`.
        embeddings_initializer: Initializer of the table. Defaults to a normal
            with standard deviation 0.01.
        row_l2: In training, `row_l2 / 2 * sum of squares` over the distinct
            rows that the batch reads is added to the loss. Penalising the
            whole table would make its gradient dense.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: `{name: (batch,) or (batch, 1)}`, `(batch, max_length)` for a
            feature with `max_length`, `(batch, length)` for a sequence; or
            the same columns side by side in one `(batch, columns)` matrix, in
            the order of `features`.

    Returns:
        Tensor of shape `(batch, fields, dim)`. Every step of a sequence is a
        field.

    Raises:
        ValueError: If the widths differ or a feature is a number.

    Example:

    >>> fields = [
    ...     tfmtl.CategoricalFeature("user", 1000, embedding_dim=8),
    ...     tfmtl.CategoricalFeature("item", 5000, embedding_dim=8),
    ... ]
    >>> embedding = tfmtl.layers.FeatureEmbedding(fields)
    >>> users, items = tf.constant([1, 2, 3]), tf.constant([40, 0, 7])
    >>> embedding({"user": users, "item": items}).shape
    TensorShape([3, 2, 8])
    """

    def __init__(
        self,
        features: Sequence[IdFeature],
        embeddings_initializer: types.InitializerLike | None = None,
        row_l2: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.features = _check_one_width(features_lib.check_features(features))
        self.embeddings_initializer = keras.initializers.get(
            embeddings_initializer or keras.initializers.RandomNormal(0, 0.01)
        )
        self.row_l2 = row_l2
        widths = [features_lib.id_width(f) for f in self.features]
        sizes = [f.vocabulary_size for f in self.features]
        self._widths = widths
        self._sizes = np.repeat(sizes, widths)
        self._offsets = np.repeat(np.cumsum([0] + sizes[:-1]), widths)
        self._num_rows = sum(sizes)

    def build(self, input_shape: Any = None) -> None:
        self.table = self.add_weight(
            name="table",
            shape=(self._num_rows, self.features[0].embedding_dim),
            initializer=self.embeddings_initializer,
            autocast=False,  # casting it would read every row
        )

    def call(self, inputs: Any, training: bool = False) -> tf.Tensor:
        ids = self._to_matrix(inputs)
        known = (ids >= 0) & (ids < self._sizes.astype(ids.dtype.name))
        kept = tf.where(known, ids, tf.zeros_like(ids))
        places = kept + self._offsets.astype(ids.dtype.name)
        if self.row_l2 and training:
            self.add_loss(self._penalty(places))
        # `tf.gather` asks the variable for these rows only, as it asks what
        # `tfmtl.training.MetaLearner` puts in its place.
        rows = tf.gather(self.table.value, places)
        rows = tf.cast(rows, self.compute_dtype)
        if not any(_is_bag(feature) for feature in self.features):
            return rows
        return self._pool(rows, kept)

    def _penalty(self, places: tf.Tensor) -> tf.Tensor:
        distinct, _ = tf.unique(tf.reshape(places, [-1]))
        rows = tf.gather(self.table.value, distinct)
        return self.row_l2 / 2 * tf.reduce_sum(tf.square(rows))

    def _to_matrix(self, inputs: Any) -> tf.Tensor:
        if isinstance(inputs, Mapping):
            columns = [_to_column(inputs, f) for f in self.features]
            narrow = all(column.dtype == tf.int32 for column in columns)
            kind = tf.int32 if narrow else tf.int64
            inputs = tf.concat([tf.cast(c, kind) for c in columns], axis=1)
        ids = tf.convert_to_tensor(inputs)
        if ids.shape.rank is None:
            ids = tf.reshape(ids, [-1, len(self._sizes)])
        if ids.shape.rank != 2 or ids.shape[-1] != len(self._sizes):
            raise ValueError(
                f"The ids of {len(self.features)} features should have shape "
                f"(batch, {len(self._sizes)}). Received: shape {ids.shape}."
            )
        if not ids.dtype.is_integer:
            raise ValueError(
                "Ids should be integers; cast them or look them up in a "
                f"vocabulary. Received: dtype={ids.dtype.name}."
            )
        # The number of rows would overflow any narrower type.
        fits = self._num_rows <= np.iinfo(np.int32).max
        narrow = ids.dtype == tf.int32 and fits
        return ids if narrow else tf.cast(ids, tf.int64)

    def _pool(self, rows: tf.Tensor, ids: tf.Tensor) -> tf.Tensor:
        pooled = []
        parts = zip(
            self.features,
            tf.split(rows, self._widths, axis=1),
            tf.split(ids, self._widths, axis=1),
            strict=True,
        )
        for feature, part, part_ids in parts:
            if _is_bag(feature):
                mask = tf.cast(part_ids != 0, part.dtype)[..., None]
                total = tf.reduce_sum(part * mask, axis=1, keepdims=True)
                count = tf.reduce_sum(mask, axis=1, keepdims=True)
                part = tf.math.divide_no_nan(total, count)
            pooled.append(part)
        return tf.concat(pooled, axis=1)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "features": [
                keras.saving.serialize_keras_object(f) for f in self.features
            ],
            "embeddings_initializer": keras.initializers.serialize(
                self.embeddings_initializer
            ),
            "row_l2": self.row_l2,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "FeatureEmbedding":
        restore = keras.saving.deserialize_keras_object
        features = [restore(feature) for feature in config["features"]]
        return cls(**{**config, "features": features})


def _check_one_width(
    features: Sequence[Any],
) -> tuple[IdFeature, ...]:
    wrong = [f for f in features if not isinstance(f, IdFeature)] or [
        f for f in features if f.embedding_dim != features[0].embedding_dim
    ]
    if wrong:
        raise ValueError(
            "FeatureEmbedding takes CategoricalFeatures and SequenceFeatures "
            "of one embedding_dim; use FeatureConcatenation for a mixture. "
            f"Received: {wrong[0]!r} among {len(features)} features, the "
            f"first of them {features[0]!r}."
        )
    return tuple(features)


def _is_bag(feature: IdFeature) -> bool:
    return (
        isinstance(feature, features_lib.CategoricalFeature)
        and feature.max_length is not None
    )


def _to_column(inputs: Mapping[str, Any], feature: IdFeature) -> tf.Tensor:
    if feature.name not in inputs:
        raise ValueError(
            f"The inputs lack feature {feature.name!r}; add it. "
            f"Received: {sorted(inputs)}."
        )
    column = tf.convert_to_tensor(inputs[feature.name])
    if not column.dtype.is_integer:
        raise ValueError(
            f"Feature {feature.name!r} should hold integers; cast them, or "
            "look text up in a vocabulary. "
            f"Received: dtype={column.dtype.name}."
        )
    if column.shape.rank is None:
        # Keras gives up the rank where one call had (batch,), one (batch, 1).
        column = tf.reshape(column, [-1, features_lib.id_width(feature)])
    if column.shape.rank == 1:
        column = column[:, tf.newaxis]
    if column.shape.rank != 2 or column.shape[1] not in (
        None,
        features_lib.id_width(feature),
    ):
        raise ValueError(
            f"Feature {feature.name!r} should have shape (batch, "
            f"{features_lib.id_width(feature)}). Received: {column.shape}."
        )
    return column
