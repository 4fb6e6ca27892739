"""The same MMoE by this library and by stock Keras, ready for `fit`."""

import dataclasses
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

import tfmtl
from tfmtl.datasets.batches import batches
from tfmtl.datasets.synthetic import SyntheticPath
from tfmtl.features import CategoricalFeature

EXPERTS = 4
EXPERT_UNITS = (128, 64)
TOWER_UNITS = (32,)


@dataclasses.dataclass(frozen=True)
class Contender:
    """A compiled model and the data that it trains on.

    Args:
        model: What `fit` is called on.
        dataset: One epoch of batches.
    """

    model: keras.Model
    dataset: tf.data.Dataset

    def warm_up(self) -> None:
        """Traces the step and touches the memory, outside of the timing."""
        self.model.fit(self.dataset.take(3), verbose=0)

    def epoch(self) -> None:
        """Trains one epoch."""
        self.model.fit(self.dataset, verbose=0)


def with_dim(path: SyntheticPath, dim: int) -> SyntheticPath:
    """Returns the path with embeddings of another width."""
    features = [
        dataclasses.replace(feature, embedding_dim=dim)
        for feature in path.features
    ]
    return dataclasses.replace(path, features=features)


def ours(path: SyntheticPath, batch_size: int) -> Contender:
    """Returns this library's model, fed as its README shows."""
    model = tfmtl.models.MMoE(
        path.features,
        path.tasks,
        num_experts=EXPERTS,
        expert_units=EXPERT_UNITS,
        tower_units=TOWER_UNITS,
    )
    model.compile(tfmtl.optimizers.LazyAdam(1e-3))
    packed = tfmtl.features.pack(path.features, path.x)
    return Contender(model, batches(packed, path.y, batch_size))


def stock_documented(path: SyntheticPath, batch_size: int) -> Contender:
    """Returns stock Keras with the input of its documentation."""
    rows = tf.data.Dataset.from_tensor_slices((path.x, path.y))
    dataset = rows.shuffle(len(path)).batch(batch_size)
    return Contender(_stock_model(path), dataset)


def stock_slices(path: SyntheticPath, batch_size: int) -> Contender:
    """Returns stock Keras on batches that were cut beforehand, unshuffled."""
    count = len(path) // batch_size

    def cut(column: np.ndarray) -> np.ndarray:
        kept = column[: count * batch_size]
        return kept.reshape(count, batch_size, *column.shape[1:])

    x = {name: cut(ids) for name, ids in path.x.items()}
    y = {name: cut(labels) for name, labels in path.y.items()}
    dataset = tf.data.Dataset.from_tensor_slices((x, y))
    return Contender(_stock_model(path), dataset)


def _stock_model(path: SyntheticPath) -> keras.Model:
    inputs = {
        feature.name: keras.Input((), dtype="int32", name=feature.name)
        for feature in path.features
    }
    x = keras.layers.Concatenate()(
        [_embed(inputs[feature.name], feature) for feature in path.features]
    )
    experts = keras.ops.stack(
        [_dense(x, EXPERT_UNITS) for _ in range(EXPERTS)], axis=1
    )
    outputs = {}
    for task in path.tasks:
        gate = keras.layers.Dense(EXPERTS, activation="softmax")(x)
        mixed = keras.ops.sum(gate[..., None] * experts, axis=1)
        tower = _dense(mixed, TOWER_UNITS)
        head = keras.layers.Dense(1, activation="sigmoid", name=task.name)
        outputs[task.name] = head(tower)
    model = keras.Model(inputs, outputs)
    model.compile(
        keras.optimizers.Adam(1e-3),
        loss={name: "binary_crossentropy" for name in outputs},
    )
    return model


def _embed(
    ids: keras.KerasTensor, feature: CategoricalFeature
) -> keras.KerasTensor:
    embedding = keras.layers.Embedding(
        feature.vocabulary_size, feature.embedding_dim
    )
    return embedding(ids)


def _dense(x: keras.KerasTensor, units: Sequence[int]) -> keras.KerasTensor:
    for width in units:
        x = keras.layers.Dense(width, activation="relu")(x)
    return x
