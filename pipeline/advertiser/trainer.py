"""Fits and exports: what TFX's Trainer runs."""

import logging
import math
import os
from typing import Any

import keras
import tensorflow as tf
import tensorflow_transform as tft

import tfmtl
from pipeline.advertiser import columns
from pipeline.advertiser import preprocessing
from pipeline.advertiser import training
from pipeline.advertiser.recipe import make_model
from pipeline.components.export import export
from pipeline.components.transformed_rows import fingerprint
from pipeline.components.warm_start import start_from
from pipeline.components.warm_start import write_values
from tfmtl.datasets.windows.targets import scaled_tasks

_LOG = logging.getLogger(__name__)


def run_fn(fn_args: Any) -> None:
    """Trains a model and exports it to `fn_args.serving_model_dir`.

    Args:
        fn_args: `tfx.components.FnArgs`; its `custom_config` holds the
            fields of `TrainingConfig`, its `base_model` the folder of the
            last blessed model, None for a training anew.
    """
    config = training.TrainingConfig(**fn_args.custom_config)
    transform_output = tft.TFTransformOutput(fn_args.transform_graph_path)
    keras.utils.set_random_seed(config.seed)
    values = preprocessing.vocabularies(transform_output)
    features = preprocessing.model_features(
        values, config.day_dim, config.embedding_dim
    )
    means, rows = training.label_means(fn_args.train_files, transform_output)
    # By the exponential, one early step can send a score, and with it the
    # loss, so far off that an epoch is spent on the way back.
    tasks = scaled_tasks(means, rows, keras.activations.softplus)
    steps = config.epochs * math.ceil(rows / config.batch_size)
    with tfmtl.training.default_strategy().scope():
        model = make_model(config.model, features, tasks, config.seed)
        model.compile(training.make_optimizer(steps))
    start_from(fn_args.base_model, model, values)
    train, dev = (
        training.read(files, transform_output, config, shuffle)
        for files, shuffle in (
            (fn_args.train_files, True),
            (fn_args.eval_files, False),
        )
    )
    tf.io.gfile.makedirs(fn_args.model_run_dir)
    stopping = keras.callbacks.EarlyStopping(
        monitor="val_loss", mode="min", patience=2, restore_best_weights=True
    )
    backup = tfmtl.training.EpochBackup(
        os.path.join(config.backup_dir, fingerprint(config, fn_args)), stopping
    )
    log = os.path.join(fn_args.model_run_dir, "epochs.csv")
    model.fit(
        train,
        validation_data=dev,
        epochs=config.epochs,
        initial_epoch=backup.restore(model),
        callbacks=[
            stopping,
            keras.callbacks.CSVLogger(log),
            keras.callbacks.LambdaCallback(on_epoch_end=_report),
            backup,
        ],
        verbose=2,
    )
    export(
        model,
        transform_output,
        columns.COLUMNS,
        fn_args.serving_model_dir,
        config.model_name,
        told=[preprocessing.SCENARIO_KNOWN],
    )
    write_values(fn_args.serving_model_dir, values)


def _report(epoch: int, logs: dict[str, float]) -> None:
    errors = "  ".join(
        f"{name} {logs[f'val_{name}_nmae']:.4f}" for name in columns.SPEC.tasks
    )
    _LOG.info(
        "  epoch %d: loss %.4f, NMAE on dev: %s",
        epoch + 1,
        logs["loss"],
        errors,
    )
