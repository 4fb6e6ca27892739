"""Fits and exports: what TFX's Trainer runs."""

import logging
import os
from typing import Any

import keras
import tensorflow as tf
import tensorflow_transform as tft

import tfmtl
from pipeline.audience import columns
from pipeline.audience import preprocessing
from pipeline.audience import training
from pipeline.audience.endpoints import endpoints
from pipeline.components.campaign_judge import CampaignJudge
from pipeline.components.campaign_metrics import campaign_metrics
from pipeline.components.export import export
from pipeline.components.transformed_rows import fingerprint
from pipeline.components.warm_start import start_from
from pipeline.components.warm_start import write_values
from tfmtl.audience.general_model import MODEL_FILE

_LOG = logging.getLogger(__name__)
_MONITOR = "val_auc"


def run_fn(fn_args: Any) -> None:
    """Trains a model and exports it to `fn_args.serving_model_dir`.

    Args:
        fn_args: `tfx.components.FnArgs`; its `custom_config` holds the
            fields of `TrainingConfig`, its `base_model` the folder of the
            last blessed model, None for a training anew.
    """
    config = training.TrainingConfig(**fn_args.custom_config)
    transform_output = tft.TFTransformOutput(fn_args.transform_graph_path)
    values = preprocessing.vocabularies(transform_output)
    train, dev = (
        training.read(files, transform_output)
        for files in (fn_args.train_files, fn_args.eval_files)
    )
    model = training.make_model(config, values)
    start_from(fn_args.base_model, model, values)
    meta = tfmtl.training.MetaLearner(
        model, config.inner_learning_rate, config.first_order
    )
    meta.compile(tfmtl.optimizers.LazyAdam(config.learning_rate))
    stopping = keras.callbacks.EarlyStopping(
        monitor=_MONITOR, mode="max", patience=2, restore_best_weights=True
    )
    backup = tfmtl.training.EpochBackup(
        os.path.join(config.backup_dir, fingerprint(config, fn_args)), stopping
    )
    tf.io.gfile.makedirs(fn_args.model_run_dir)
    # All of them, if it had stopped early when it was killed.
    finished = min(backup.restore(meta), config.epochs)
    meta.fit(
        training.episodes(config, train, finished),
        epochs=config.epochs,
        steps_per_epoch=config.steps,
        initial_epoch=finished,
        callbacks=[_JudgeOnDev(model, dev), stopping, backup],
        verbose=2,
    )
    _export(model, transform_output, values, fn_args, config)


class _JudgeOnDev(keras.callbacks.Callback):
    """Customises the model to campaigns that it does not learn from."""

    def __init__(self, model: Any, dev: training.Rows) -> None:
        super().__init__()
        self._judge = CampaignJudge(
            model, columns.TASK, tfmtl.audience.FineTuning()
        )
        self._dev = dev

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        labels = self._dev.labels[columns.TASK.name]
        scores = list(
            self._judge.scores(self._dev.features, labels, self._dev.campaigns)
        )
        found = campaign_metrics(scores, columns.TASK)
        logs[_MONITOR] = found["auc"]
        _LOG.info(
            "  epoch %d: loss %.4f, on %d campaigns of dev: AUC %.4f, "
            "before customising %.4f",
            epoch + 1,
            logs["loss"],
            len(scores),
            found["auc"],
            found["untuned_auc"],
        )


def _export(
    model: tfmtl.models.MetaHeac,
    transform_output: tft.TFTransformOutput,
    values: dict[str, list[str]],
    fn_args: Any,
    config: training.TrainingConfig,
) -> None:
    path = fn_args.serving_model_dir
    export(
        model,
        transform_output,
        columns.SERVED_COLUMNS,
        path,
        config.model_name,
        endpoints,
    )
    model.save(os.path.join(path, MODEL_FILE))
    write_values(path, values)
