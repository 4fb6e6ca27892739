"""All features of a row as one flat vector."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import features as features_lib
from tfmtl import types
from tfmtl.features import NumericFeature
from tfmtl.layers.feature_embedding import FeatureEmbedding
from tfmtl.layers.feature_embedding import IdFeature
from tfmtl.layers.number_column import number_column
from tfmtl.layers.packed_inputs import check_packed
from tfmtl.layers.seeds import seed_of


@keras.saving.register_keras_serializable("tfmtl")
class FeatureConcatenation(keras.layers.Layer):
    """Embeds categorical features and sequences, and appends the numbers.

    There is one `FeatureEmbedding` for each width. The order is fixed: widths
    as they first occur, within a width the order of `features`, then the
    numbers. The steps of a sequence stand side by side.

    Args:
        features: Features of any kind.
        sum_fields: Whether to sum the vectors of the fields of one width
            instead of concatenating them; every step of a sequence is a
            field.
        row_l2: Penalty of `FeatureEmbedding` on the rows of the batch.
        embedding_stddev: Standard deviation of the tables' initial values.
        seed: Optional int that makes the initial tables repeatable.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: One column per feature, `{name: (batch,) or (batch, width)}`,
            or packed, `{"ids": (batch, columns), "numbers": (batch, count)}`
            as `tfmtl.features.pack` makes them.

    Returns:
        Tensor of shape `(batch, units)`.

    Raises:
        ValueError: If a feature is missing, or a column or a packed matrix is
            known to have another width.

    Example:

    >>> encoder = tfmtl.layers.FeatureConcatenation([
    ...     tfmtl.CategoricalFeature("user", 1000, embedding_dim=8),
    ...     tfmtl.CategoricalFeature("age", 12, embedding_dim=4),
    ...     tfmtl.NumericFeature("spend"),
    ... ])
    >>> encoder({
    ...     "user": tf.constant([7]),
    ...     "age": tf.constant([3]),
    ...     "spend": tf.constant([0.5]),
    ... }).shape
    TensorShape([1, 13])
    """

    def __init__(
        self,
        features: Sequence[features_lib.Feature],
        sum_fields: bool = False,
        row_l2: float = 0.0,
        embedding_stddev: float = 0.01,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(autocast=False, **kwargs)
        self.features = features_lib.check_features(features)
        self.sum_fields = sum_fields
        self.row_l2 = row_l2
        self.embedding_stddev = embedding_stddev
        self.seed = seed
        categorical: list[IdFeature] = []
        self._numeric_names = []
        for feature in self.features:
            if isinstance(feature, NumericFeature):
                self._numeric_names.append(feature.name)
            else:
                categorical.append(feature)
        widths = list(dict.fromkeys(f.embedding_dim for f in categorical))
        groups = [
            [f for f in categorical if f.embedding_dim == width]
            for width in widths
        ]
        self.embeddings = [
            FeatureEmbedding(
                group,
                keras.initializers.RandomNormal(
                    0, embedding_stddev, seed_of(number, seed)
                ),
                row_l2=row_l2,
                dtype=self.dtype_policy,
            )
            for number, group in enumerate(groups)
        ]
        self._columns = [_columns_of(group, categorical) for group in groups]

    def build(self, input_shape: Any = None) -> None:
        for embedding in self.embeddings:
            embedding.build()

    def call(self, inputs: Any) -> tf.Tensor:
        if not isinstance(inputs, Mapping):
            raise ValueError(
                "The inputs should be a dict with one column per feature; "
                "make one of a frame by `dict(frame)`. "
                f"Received: {type(inputs)}."
            )
        is_packed = features_lib.IDS in inputs or features_lib.NUMBERS in inputs
        if is_packed:
            check_packed(self.features, inputs)
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
            if self.sum_fields:
                parts.append(tf.reduce_sum(rows, axis=1))
            else:
                width = rows.shape[1] * rows.shape[2]
                parts.append(tf.reshape(rows, [-1, width]))
        if self._numeric_names:
            numbers = (
                self._packed_numbers(inputs)
                if is_packed
                else self._numbers(inputs)
            )
            parts.append(tf.cast(numbers, self.compute_dtype))
        return parts[0] if len(parts) == 1 else tf.concat(parts, axis=1)

    def _packed_numbers(self, inputs: types.Tensors) -> tf.Tensor:
        numbers = tf.convert_to_tensor(inputs[features_lib.NUMBERS])
        if numbers.shape.rank is None:
            numbers = tf.reshape(numbers, [-1, len(self._numeric_names)])
        return numbers

    def _numbers(self, inputs: types.Tensors) -> tf.Tensor:
        missing = [n for n in self._numeric_names if n not in inputs]
        if missing:
            raise ValueError(
                f"The inputs lack features {missing}; add them. "
                f"Received: {sorted(inputs)}."
            )
        columns = [
            number_column(f"feature {name!r}", inputs[name])
            for name in self._numeric_names
        ]
        return tf.concat(columns, axis=1)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "features": [
                keras.saving.serialize_keras_object(f) for f in self.features
            ],
            "sum_fields": self.sum_fields,
            "row_l2": self.row_l2,
            "embedding_stddev": self.embedding_stddev,
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "FeatureConcatenation":
        restore = keras.saving.deserialize_keras_object
        features = [restore(f) for f in config["features"]]
        return cls(**{**config, "features": features})


def _columns_of(
    group: Sequence[IdFeature],
    categorical: Sequence[IdFeature],
) -> list[int]:
    """Returns where the features of a group stand among the packed ids."""
    columns: list[int] = []
    start = 0
    for feature in categorical:
        stop = start + features_lib.id_width(feature)
        if feature in group:
            columns.extend(range(start, stop))
        start = stop
    return columns
