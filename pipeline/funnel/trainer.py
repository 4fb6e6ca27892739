"""Fits and exports: what TFX's Trainer runs."""

import json
import logging
import os
from typing import Any

import keras
import tensorflow as tf
import tensorflow_transform as tft

import tfmtl
from pipeline.components.export import export
from pipeline.components.transformed_rows import fingerprint
from pipeline.components.warm_start import start_from
from pipeline.components.warm_start import write_values
from pipeline.funnel import columns
from pipeline.funnel import preprocessing
from pipeline.funnel import training
from pipeline.funnel.hyperparameters import CHOSEN_FILE
from pipeline.funnel.hyperparameters import Hyperparameters

_LOG = logging.getLogger(__name__)


def run_fn(fn_args: Any) -> None:
    """Trains a model and exports it to `fn_args.serving_model_dir`.

    Args:
        fn_args: `tfx.components.FnArgs`; its `custom_config` holds the
            fields of `TrainingConfig`, its `hyperparameters` what the tuner
            chose, None without a tuner, its `base_model` the folder of the
            last blessed model, None for a training anew.
    """
    config = training.TrainingConfig(**fn_args.custom_config)
    hyperparameters = Hyperparameters.chosen(fn_args.hyperparameters)
    transform_output = tft.TFTransformOutput(fn_args.transform_graph_path)
    values = preprocessing.vocabularies(transform_output)
    recipe = training.compiled(config, hyperparameters, values)
    start_from(fn_args.base_model, recipe.model, values)
    train, dev = (
        training.read(files, transform_output, config, shuffle)
        for files, shuffle in (
            (fn_args.train_files, True),
            (fn_args.eval_files, False),
        )
    )
    tf.io.gfile.makedirs(fn_args.model_run_dir)
    stopping = training.early_stopping(recipe)
    backup = tfmtl.training.EpochBackup(
        os.path.join(config.backup_dir, fingerprint(config, fn_args)),
        stopping,
    )
    recipe.model.fit(
        train,
        validation_data=dev,
        epochs=config.epochs,
        initial_epoch=backup.restore(recipe.model),
        callbacks=[
            *recipe.callbacks,
            stopping,
            *_reports(fn_args.model_run_dir),
            backup,
        ],
        verbose=2,
    )
    export(
        recipe.model,
        transform_output,
        columns.COLUMNS,
        fn_args.serving_model_dir,
        config.model_name,
    )
    write_values(fn_args.serving_model_dir, values)
    _note_chosen(fn_args)


def _note_chosen(fn_args: Any) -> None:
    """Writes what the tuner chose, or that there was none, for the summary."""
    chosen = fn_args.hyperparameters and fn_args.hyperparameters["values"]
    path = os.path.join(fn_args.model_run_dir, CHOSEN_FILE)
    with tf.io.gfile.GFile(path, "w") as file:
        file.write(json.dumps(chosen) + "\n")


def _reports(run_dir: str) -> list[keras.callbacks.Callback]:
    return [
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
