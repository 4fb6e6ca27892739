"""All features of a row as one matrix, a vector for each."""

import itertools
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import features as features_lib
from tfmtl.features import NumericFeature
from tfmtl.layers.feature_concatenation import FeatureConcatenation
from tfmtl.layers.feature_embedding import IdFeature
from tfmtl.layers.seeds import seed_of
from tfmtl.layers.sizes import check_sizes


@keras.saving.register_keras_serializable("tfmtl")
class FeatureStack(keras.layers.Layer):
    """Turns every feature into a vector of one width, one above the other.

    Attention over features needs them so. A categorical feature is looked up;
    if its `embedding_dim` is not `units`, a kernel that it shares with the
    features of that width brings it there. A sequence is taken as the mean of
    its steps, whatever their order, or its steps side by side are brought
    there by a kernel of its own. A number is multiplied by a trained vector:

        output[f] = embedding[f]                   of width `units`
        output[f] = embedding[f] @ kernel[width]   of another width
        output[f] = concat(steps[f]) @ kernel[f]   with `flatten_sequences`
        output[f] = number[f] * vector[f]

    Args:
        features: Features of any kind.
        units: Width of the vectors; None for the widest `embedding_dim`.
        embedding_stddev: Standard deviation of the tables' initial values.
        seed: Optional int that makes the initial weights repeatable.
        flatten_sequences: Whether the order of the steps counts.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: As of `tfmtl.layers.FeatureConcatenation`.

    Returns:
        Tensor of shape `(batch, features, units)`. `field_names` has the
        names of the rows: categorical features by width, widths as they first
        occur, then the numbers, then sequences whose order counts.

    Raises:
        ValueError: If `units` is not positive, or there are only numbers and
            `units` is None.

    Example:

    >>> stack = tfmtl.layers.FeatureStack([
    ...     tfmtl.CategoricalFeature("user", 1000, embedding_dim=8),
    ...     tfmtl.CategoricalFeature("age", 12, embedding_dim=4),
    ...     tfmtl.NumericFeature("spend"),
    ... ])
    >>> stack({
    ...     "user": tf.constant([7]),
    ...     "age": tf.constant([3]),
    ...     "spend": tf.constant([0.5]),
    ... }).shape
    TensorShape([1, 3, 8])
    """

    def __init__(
        self,
        features: Sequence[features_lib.Feature],
        units: int | None = None,
        embedding_stddev: float = 0.01,
        seed: int | None = None,
        *,
        flatten_sequences: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(autocast=False, **kwargs)
        self.units = units
        self.flatten_sequences = flatten_sequences
        self.embedding_stddev = embedding_stddev
        self.seed = seed
        self.features = features_lib.check_features(features)
        self.concatenation = FeatureConcatenation(
            [
                f if flatten_sequences else _without_order(f)
                for f in self.features
            ],
            embedding_stddev=embedding_stddev,
            seed=seed,
            dtype=self.dtype_policy,
        )
        groups = [e.features for e in self.concatenation.embeddings]
        self._sizes = [[_size(f) for f in group] for group in groups]
        self._shapes = [
            (sum(not _is_sequence(f) for f in group), group[0].embedding_dim)
            for group in groups
        ]
        numeric = [f for f in self.features if isinstance(f, NumericFeature)]
        self._num_numeric = len(numeric)
        fields: list[features_lib.Feature] = [f for g in groups for f in g]
        self._sequences = [_is_sequence(f) for f in fields]
        rows = sorted([*fields, *numeric], key=_is_sequence)
        self.field_names = [f.name for f in rows]
        self._width = units
        if units is not None:
            check_sizes(units=units)
        elif groups:
            self._width = max(width for _, width in self._shapes)
        else:
            raise ValueError(
                "Without categorical features `units` should say how wide the "
                "vectors of the numbers are. Received: units=None."
            )

    def build(self, input_shape: Any = None) -> None:
        self.concatenation.build()
        # The tables have drawn from a seed each.
        seeds = itertools.count(len(self._shapes))
        self.kernels = [
            None
            if width == self._width or not count
            else self.add_weight(
                name=f"kernel_{width}",
                shape=(width, self._width),
                initializer=keras.initializers.GlorotUniform(
                    seed_of(next(seeds), self.seed)
                ),
            )
            for count, width in self._shapes
        ]
        if self._num_numeric:
            self.vectors = self.add_weight(
                name="vectors",
                shape=(self._num_numeric, self._width),
                initializer=keras.initializers.RandomNormal(
                    0.0, 0.01, seed_of(next(seeds), self.seed)
                ),
            )
        sizes = itertools.chain(*self._sizes)
        self.sequence_kernels = [
            self.add_weight(
                name="sequence_kernel",
                shape=(size, self._width),
                initializer=keras.initializers.GlorotUniform(
                    seed_of(next(seeds), self.seed)
                ),
            )
            for size, ordered in zip(sizes, self._sequences, strict=True)
            if ordered
        ]

    def call(self, inputs: Any) -> tf.Tensor:
        row = self.concatenation(inputs)
        embeddings, sequences, numbers = self._split(row)
        parts = []
        for (count, width), kernel, part in zip(
            self._shapes, self.kernels, embeddings, strict=True
        ):
            if kernel is not None:
                kernel = tf.cast(kernel, self.compute_dtype)
                part = tf.matmul(tf.reshape(part, [-1, width]), kernel)
            if count:
                parts.append(tf.reshape(part, [-1, count, self._width]))
        if self._num_numeric:
            vectors = tf.cast(self.vectors, self.compute_dtype)
            parts.append(numbers[..., tf.newaxis] * vectors)
        for kernel, steps in zip(self.sequence_kernels, sequences, strict=True):
            kernel = tf.cast(kernel, self.compute_dtype)
            parts.append(tf.matmul(steps, kernel)[:, tf.newaxis])
        return parts[0] if len(parts) == 1 else tf.concat(parts, axis=1)

    def _split(
        self, row: tf.Tensor
    ) -> tuple[list[tf.Tensor], list[tf.Tensor], tf.Tensor]:
        """Returns the embeddings of each width, sequences, and numbers."""
        if not any(self._sequences):
            sizes = [count * width for count, width in self._shapes]
            *embeddings, numbers = tf.split(
                row, [*sizes, self._num_numeric], axis=1
            )
            return embeddings, [], numbers
        sizes = [*itertools.chain(*self._sizes), self._num_numeric]
        *fields, numbers = tf.split(row, sizes, axis=1)
        ordered = iter(zip(fields, self._sequences, strict=True))
        groups = [
            list(itertools.islice(ordered, len(group))) for group in self._sizes
        ]
        none = row[:, :0]
        embeddings = [
            tf.concat([none, *(f for f, is_one in group if not is_one)], 1)
            for group in groups
        ]
        sequences = [
            field for group in groups for field, is_one in group if is_one
        ]
        return embeddings, sequences, numbers

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "features": [
                keras.saving.serialize_keras_object(f) for f in self.features
            ],
            "units": self.units,
            "flatten_sequences": self.flatten_sequences,
            "embedding_stddev": self.embedding_stddev,
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "FeatureStack":
        restore = keras.saving.deserialize_keras_object
        features = [restore(f) for f in config["features"]]
        return cls(**{**config, "features": features})


def _is_sequence(feature: features_lib.Feature) -> bool:
    return isinstance(feature, features_lib.SequenceFeature)


def _size(feature: IdFeature) -> int:
    """Returns how many numbers an embedded feature takes."""
    if isinstance(feature, features_lib.SequenceFeature):
        return feature.length * feature.embedding_dim
    return feature.embedding_dim


def _without_order(feature: features_lib.Feature) -> features_lib.Feature:
    if not isinstance(feature, features_lib.SequenceFeature):
        return feature
    return features_lib.CategoricalFeature(
        feature.name,
        feature.vocabulary_size,
        feature.embedding_dim,
        max_length=feature.length,
    )
