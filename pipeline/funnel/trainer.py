"""Reads, fits and exports: what TFX's Trainer runs."""

import dataclasses
import hashlib
import logging
import os
from typing import Any

import keras
import tensorflow as tf
import tensorflow_transform as tft

import tfmtl
from pipeline.funnel import columns
from pipeline.funnel import export
from pipeline.funnel import preprocessing
from pipeline.funnel import recipes
from tfmtl import features as features_lib

_LOG = logging.getLogger(__name__)
_SHUFFLED_ROWS = 1 << 17


@dataclasses.dataclass(frozen=True)
class TrainingConfig:
    """What the trainer is told; plain values, as TFX wants them.

    Args:
        model: Name of a model class in `tfmtl.models`.
        model_name: Name that the model will be served under.
        backup_dir: Folder from which a killed training goes on.
        embedding_dim: Width of the embeddings.
        epochs: Greatest number of epochs.
        batch_size: Rows a step.
        learning_rate: Learning rate of `LazyAdam`.
        seed: Makes weights, shuffling and draws repeatable.
        run: Number of the run; a new one trains anew, the same one is cached.
    """

    model: str
    model_name: str
    backup_dir: str
    embedding_dim: int = 8
    epochs: int = 6
    batch_size: int = 2048
    learning_rate: float = 1e-3
    seed: int = 0
    run: int = 1


def run_fn(fn_args: Any) -> None:
    """Trains a model and exports it to `fn_args.serving_model_dir`.

    Args:
        fn_args: `tfx.components.FnArgs`; its `custom_config` holds the
            fields of `TrainingConfig`.
    """
    config = TrainingConfig(**fn_args.custom_config)
    keras.utils.set_random_seed(config.seed)
    transform_output = tft.TFTransformOutput(fn_args.transform_output)
    train = read(fn_args.train_files, transform_output, config, shuffle=True)
    dev = read(fn_args.eval_files, transform_output, config, shuffle=False)
    features = preprocessing.model_features(
        transform_output, config.embedding_dim
    )
    with tfmtl.training.default_strategy().scope():
        recipe = recipes.make_recipe(
            config.model, features, columns.TASKS, config.seed
        )
        recipe.model.compile(tfmtl.optimizers.LazyAdam(config.learning_rate))
    backup = tfmtl.training.EpochBackup(
        os.path.join(config.backup_dir, _fingerprint(fn_args))
    )
    recipe.model.fit(
        train,
        validation_data=dev,
        epochs=config.epochs,
        initial_epoch=backup.restore(recipe.model),
        callbacks=[*_callbacks(recipe, fn_args.model_run_dir), backup],
        verbose=2,
    )
    export.export(
        recipe.model,
        transform_output,
        fn_args.serving_model_dir,
        config.model_name,
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

    files = sorted(path for glob in patterns for path in tf.io.gfile.glob(glob))
    rows = tf.data.TFRecordDataset(files, "GZIP")
    if shuffle:
        rows = rows.shuffle(_SHUFFLED_ROWS, config.seed)
    return (
        rows.batch(config.batch_size)
        .map(parse, num_parallel_calls=tf.data.AUTOTUNE)
        .prefetch(tf.data.AUTOTUNE)
    )


def _fingerprint(fn_args: Any) -> str:
    """Names the training: a backup of another one must not be taken."""
    inputs = (
        sorted(fn_args.custom_config.items()),
        fn_args.transform_output,
        sorted(fn_args.train_files),
    )
    return hashlib.blake2b(repr(inputs).encode(), digest_size=8).hexdigest()


def _callbacks(
    recipe: recipes.Recipe, run_dir: str
) -> list[keras.callbacks.Callback]:
    tf.io.gfile.makedirs(run_dir)
    return [
        *recipe.callbacks,
        keras.callbacks.EarlyStopping(
            monitor="val_auc_sum",
            mode="max",
            patience=1,
            restore_best_weights=True,
            # The epochs before the floor of a curriculum are not judged.
            start_from_epoch=recipe.min_epochs - 1,
        ),
        keras.callbacks.CSVLogger(os.path.join(run_dir, "epochs.csv")),
        keras.callbacks.LambdaCallback(on_epoch_end=_report),
    ]


def _report(epoch: int, logs: dict[str, float]) -> None:
    aucs = "  ".join(
        f"{task.name} {logs[f'val_{task.name}_auc']:.4f}"
        for task in columns.TASKS
    )
    _LOG.info(
        "  epoch %d: loss %.4f, AUC on dev: %s", epoch + 1, logs["loss"], aucs
    )
