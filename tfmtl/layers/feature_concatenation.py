"""All features of a row as one flat vector."""

from collections.abc import Sequence

import keras
import tensorflow as tf

from tfmtl import features as features_lib
from tfmtl import types
from tfmtl.features import CategoricalFeature
from tfmtl.features import NumericFeature
from tfmtl.layers.feature_embedding import FeatureEmbedding


@keras.saving.register_keras_serializable("tfmtl")
class FeatureConcatenation(keras.layers.Layer):
    """Embeds the categorical features and appends the numeric ones.

    There is one `FeatureEmbedding` for each width. The order is fixed: widths
    as they first occur, within a width the order of `features`, then the
    numbers.

    Args:
        features: `CategoricalFeature`s and `NumericFeature`s.
        embeddings_initializer: Initializer of the tables. Defaults to that of
            `FeatureEmbedding`.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: One column per feature, `{name: (batch,) or (batch, width)}`,
            or packed, `{"ids": (batch, columns), "numbers": (batch, count)}`
            as `tfmtl.features.pack` makes them.

    Returns:
        Tensor of shape `(batch, units)`.

    Example:

    >>> encoder = tfmtl.layers.FeatureConcatenation([
    ...     tfmtl.CategoricalFeature("user", 1000, embedding_dim=8),
    ...     tfmtl.CategoricalFeature("age", 12, embedding_dim=4),
    ...     tfmtl.NumericFeature("spend"),
    ... ])
    >>> encoder({"user": [7], "age": [3], "spend": [0.5]}).shape
    TensorShape([1, 13])
    """

    def __init__(
        self,
        features: Sequence[features_lib.Feature],
        embeddings_initializer: types.InitializerLike | None = None,
        **kwargs,
    ):
        super().__init__(autocast=False, **kwargs)
        self.features = features_lib.check_features(features)
        self.embeddings_initializer = embeddings_initializer
        categorical = []
        self._numeric_names = []
        for feature in self.features:
            if isinstance(feature, CategoricalFeature):
                categorical.append(feature)
            elif isinstance(feature, NumericFeature):
                self._numeric_names.append(feature.name)
            else:
                raise ValueError(
                    "FeatureConcatenation takes categorical and numeric "
                    f"features. Received: {feature!r}."
                )
        widths = list(dict.fromkeys(f.embedding_dim for f in categorical))
        groups = [
            [f for f in categorical if f.embedding_dim == width]
            for width in widths
        ]
        self.embeddings = [
            FeatureEmbedding(
                group, embeddings_initializer, dtype=self.dtype_policy
            )
            for group in groups
        ]
        self._columns = [_columns_of(group, categorical) for group in groups]

    def build(self, input_shape=None):
        for embedding in self.embeddings:
            embedding.build()

    def call(self, inputs):
        is_packed = features_lib.IDS in inputs or features_lib.NUMBERS in inputs
        parts = []
        for embedding, columns in zip(
            self.embeddings, self._columns, strict=True
        ):
            ids = inputs
            if is_packed:
                ids = inputs[features_lib.IDS]
                if len(self.embeddings) > 1:
                    ids = tf.gather(ids, columns, axis=1)
            rows = embedding(ids)
            parts.append(tf.reshape(rows, [-1, rows.shape[1] * rows.shape[2]]))
        if self._numeric_names:
            numbers = (
                inputs[features_lib.NUMBERS]
                if is_packed
                else self._numbers(inputs)
            )
            parts.append(tf.cast(numbers, self.compute_dtype))
        return parts[0] if len(parts) == 1 else tf.concat(parts, axis=1)

    def _numbers(self, inputs):
        missing = [n for n in self._numeric_names if n not in inputs]
        if missing:
            raise ValueError(
                f"The inputs lack features {missing}; add them. "
                f"Received: {sorted(inputs)}."
            )
        columns = [
            tf.reshape(tf.cast(inputs[name], tf.float32), [-1, 1])
            for name in self._numeric_names
        ]
        return tf.concat(columns, axis=1)

    def get_config(self):
        config = super().get_config()
        config.pop("autocast", None)
        return {
            **config,
            "features": [
                keras.saving.serialize_keras_object(f) for f in self.features
            ],
            "embeddings_initializer": keras.saving.serialize_keras_object(
                self.embeddings_initializer
            ),
        }

    @classmethod
    def from_config(cls, config):
        restore = keras.saving.deserialize_keras_object
        return cls(
            **{
                **config,
                "features": [restore(f) for f in config["features"]],
                "embeddings_initializer": restore(
                    config["embeddings_initializer"]
                ),
            }
        )


def _columns_of(group, categorical):
    """Returns where the features of a group stand among the packed ids."""
    columns = []
    start = 0
    for feature in categorical:
        stop = start + features_lib.id_width(feature)
        if feature in group:
            columns.extend(range(start, stop))
        start = stop
    return columns
