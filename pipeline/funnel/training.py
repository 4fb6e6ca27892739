"""What the trainer and the tuner have in common."""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf
import tensorflow_transform as tft

import tfmtl
from pipeline.components.transformed_rows import records_of
from pipeline.funnel import columns
from pipeline.funnel import preprocessing
from pipeline.funnel import recipes
from pipeline.funnel.hyperparameters import Hyperparameters
from tfmtl import features as features_lib

MONITOR = "val_auc_sum"
_SHUFFLED_ROWS = 1 << 17


@dataclasses.dataclass(frozen=True)
class TrainingConfig:
    """What a training is told; plain values, as TFX wants them.

    Args:
        model: Name of a model class in `tfmtl.models`.
        model_name: Name that the model will be served under.
        backup_dir: Folder from which what was killed goes on.
        embedding_dim: Width of the embeddings.
        epochs: Greatest number of epochs.
        batch_size: Rows a step.
        seed: Makes weights, shuffling and draws repeatable.
        run: Number of the run; a new one trains anew, the same one is cached.
    """

    model: str
    model_name: str
    backup_dir: str
    embedding_dim: int = 8
    epochs: int = 6
    batch_size: int = 2048
    seed: int = 0
    run: int = 1


def compiled(
    config: TrainingConfig,
    hyperparameters: Hyperparameters,
    values: Mapping[str, Sequence[str]],
) -> recipes.Recipe:
    """Builds the model and compiles it.

    Args:
        config: Model, sizes and seed.
        hyperparameters: What the tuner chose.
        values: By feature, the values of its ids from 1.
    """
    keras.utils.set_random_seed(config.seed)
    features = preprocessing.model_features(values, config.embedding_dim)
    with tfmtl.training.default_strategy().scope():
        recipe = recipes.make_recipe(
            config.model, features, columns.TASKS, config.seed, hyperparameters
        )
        recipe.model.compile(
            tfmtl.optimizers.LazyAdam(hyperparameters.learning_rate)
        )
    return recipe


def early_stopping(recipe: recipes.Recipe) -> keras.callbacks.Callback:
    """Returns the callback that keeps the best epoch on dev."""
    return tfmtl.training.EarlyStopping(
        MONITOR,
        recipe.min_epochs,
        mode="max",
        patience=1,
        restore_best_weights=True,
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
        config: Batch size and seed.
        shuffle: Whether to shuffle, through a buffer of 131,072 rows.
    """
    spec = transform_output.transformed_feature_spec()
    names = [task.name for task in columns.TASKS]

    def parse(records: tf.Tensor) -> tuple[Any, Any]:
        row = tf.io.parse_example(records, spec)
        labels = row.pop(preprocessing.LABELS)
        row[features_lib.IDS] = tf.cast(row[features_lib.IDS], tf.int32)
        return row, {
            name: labels[:, index : index + 1]
            for index, name in enumerate(names)
        }

    rows = records_of(patterns)
    if shuffle:
        rows = rows.shuffle(_SHUFFLED_ROWS, config.seed)
    return (
        rows.batch(config.batch_size)
        .map(parse, num_parallel_calls=tf.data.AUTOTUNE)
        .prefetch(tf.data.AUTOTUNE)
    )
