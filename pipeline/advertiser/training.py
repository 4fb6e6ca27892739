"""What a training is told, and what it reads."""

import dataclasses
from typing import Any

import keras
import numpy as np
import tensorflow as tf
import tensorflow_transform as tft

import tfmtl
from pipeline.advertiser import columns
from pipeline.advertiser import preprocessing
from pipeline.components.transformed_rows import records_of
from tfmtl import features as features_lib

_SHUFFLED_ROWS = 1 << 15
_LABEL_ROWS = 4096


@dataclasses.dataclass(frozen=True)
class TrainingConfig:
    """What a training is told; plain values, as TFX wants them.

    Args:
        model: Name of a model class in `tfmtl.models`.
        model_name: Name that the model will be served under.
        backup_dir: Folder from which what was killed goes on.
        day_dim: Width of the vector of a day in each history.
        embedding_dim: Width of the embeddings of attributes.
        epochs: Number of epochs, over which the rate of learning falls to 0.
        batch_size: Rows a step.
        forget: Share of the rows that are told no scenario in training, so
            that the model learns to go by the attributes alone.
        seed: Makes weights, shuffling and draws repeatable.
        run: Number of the run; a new one trains anew, the same one is cached.
    """

    model: str
    model_name: str
    backup_dir: str
    day_dim: int = 8
    embedding_dim: int = 8
    epochs: int = 3
    batch_size: int = 256
    forget: float = 0.1
    seed: int = 0
    run: int = 1


def label_means(
    patterns: list[str], transform_output: tft.TFTransformOutput
) -> tuple[dict[str, float], int]:
    """Returns `{task: mean label}` and the number of rows.

    Args:
        patterns: Patterns of the TFRecord files of the training split.
        transform_output: What the Transform component wrote.
    """
    spec = transform_output.transformed_feature_spec()
    labels = {preprocessing.LABELS: spec[preprocessing.LABELS]}
    total = np.zeros(len(columns.TASKS))
    rows = 0
    for records in records_of(patterns).batch(_LABEL_ROWS):
        part = tf.io.parse_example(records, labels)[preprocessing.LABELS]
        total += part.numpy().sum(axis=0, dtype=np.float64)
        rows += len(part)
    return dict(
        zip(columns.SPEC.tasks, (total / rows).tolist(), strict=True)
    ), rows


def make_optimizer(steps: int) -> keras.optimizers.Optimizer:
    """Returns the paper's Adam, clipped by value, with a slow start.

    Args:
        steps: Steps of the whole training.
    """
    rate = tfmtl.optimizers.warmup_cosine(2e-3, steps)
    return tfmtl.optimizers.LazyAdam(
        rate, beta_2=0.998, epsilon=1e-9, clipvalue=3.0
    )


def read(
    patterns: list[str],
    transform_output: tft.TFTransformOutput,
    config: TrainingConfig,
    shuffle: bool,
) -> tf.data.Dataset:
    """Streams transformed rows as `({"ids", "numbers"}, {task: label})`.

    Args:
        patterns: Patterns of compressed TFRecord files.
        transform_output: What the Transform component wrote.
        config: Batch size, seed, and how many rows forget their scenario.
        shuffle: Whether this is for learning: shuffled, through a buffer of
            32,768 rows, and with scenarios forgotten.
    """
    spec = transform_output.transformed_feature_spec()
    del spec[preprocessing.SCENARIO_KNOWN]

    def parse(records: tf.Tensor) -> tuple[Any, Any]:
        row = tf.io.parse_example(records, spec)
        labels = row.pop(preprocessing.LABELS)
        row[features_lib.IDS] = tf.cast(row[features_lib.IDS], tf.int32)
        return row, {
            name: labels[:, index : index + 1]
            for index, name in enumerate(columns.SPEC.tasks)
        }

    rows = records_of(patterns)
    if shuffle:
        rows = rows.shuffle(_SHUFFLED_ROWS, config.seed)
    data = rows.batch(config.batch_size).map(
        parse, num_parallel_calls=tf.data.AUTOTUNE
    )
    if shuffle and config.forget:
        data = _forgetting(data, config)
    return data.prefetch(tf.data.AUTOTUNE)


def _forgetting(
    data: tf.data.Dataset, config: TrainingConfig
) -> tf.data.Dataset:
    """Sets the scenario's id to 0, the unknown, in a share of the rows."""
    column = preprocessing.scenario_column()
    # A generator would not be drawn from anew in every epoch.
    seeds = tf.data.Dataset.random(config.seed, rerandomize_each_iteration=True)

    def forget(rows: Any, seed: tf.Tensor) -> Any:
        inputs, labels = rows
        ids = inputs[features_lib.IDS]
        pair = tf.stack([seed, tf.zeros_like(seed)])
        draws = tf.random.stateless_uniform([tf.shape(ids)[0]], pair)
        keep = tf.cast(draws >= config.forget, ids.dtype)
        scenario = tf.one_hot(column, ids.shape[1], dtype=ids.dtype)
        ids *= 1 - scenario * (1 - keep[:, tf.newaxis])
        return {**inputs, features_lib.IDS: ids}, labels

    return tf.data.Dataset.zip((data, seeds)).map(forget)
