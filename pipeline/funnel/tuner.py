"""Tries hyperparameters out: what TFX's Tuner runs."""

import os
from typing import Any

import keras_tuner
import tensorflow_transform as tft
from tfx.components.tuner.component import TunerFnResult

from pipeline.components.resumable_tuner import ResumableTuner
from pipeline.components.transformed_rows import fingerprint
from pipeline.funnel import preprocessing
from pipeline.funnel import training
from pipeline.funnel.hyperparameters import DEFAULTS
from pipeline.funnel.hyperparameters import Hyperparameters

TRIALS = "trials"


def tuner_fn(fn_args: Any) -> TunerFnResult:
    """Returns the tuner; it reads the train and the dev split, no other.

    Args:
        fn_args: `tfx.components.FnArgs`; its `custom_config` holds the
            fields of `TrainingConfig` and `trials`.
    """
    settings = dict(fn_args.custom_config)
    trials = settings.pop(TRIALS)
    config = training.TrainingConfig(**settings)
    transform_output = tft.TFTransformOutput(fn_args.transform_graph_path)

    def train(values: dict[str, Any]) -> float:
        chosen = Hyperparameters(**values)
        return _best_on_dev(config, chosen, transform_output, fn_args)

    name = f"tuner-{fingerprint(config, fn_args)}"
    tuner = ResumableTuner(
        train,
        search_space(config.model),
        training.MONITOR,
        trials,
        config.seed,
        os.path.join(config.backup_dir, name),
        fn_args.working_dir,
    )
    return TunerFnResult(tuner=tuner, fit_kwargs={})


def search_space(model: str) -> keras_tuner.HyperParameters:
    """Returns what may be chosen for a model.

    Args:
        model: Name of a model class in `tfmtl.models`.
    """
    space = keras_tuner.HyperParameters()
    space.Float(
        "learning_rate",
        3e-4,
        3e-3,
        sampling="log",
        default=DEFAULTS.learning_rate,
    )
    space.Choice("dropout", [0.0, 0.1, 0.2, 0.3, 0.4], default=DEFAULTS.dropout)
    space.Choice("width", [64, 128, 256], default=DEFAULTS.width)
    if model == "PIMM":
        space.Choice(
            "curriculum_floor",
            [0.0, 0.25, 0.5],
            default=DEFAULTS.curriculum_floor,
        )
    return space


def _best_on_dev(
    config: training.TrainingConfig,
    hyperparameters: Hyperparameters,
    transform_output: tft.TFTransformOutput,
    fn_args: Any,
) -> float:
    """Trains a model and returns its AUC sum on dev in the best epoch."""
    values = preprocessing.vocabularies(transform_output)
    recipe = training.compiled(config, hyperparameters, values)
    history = recipe.model.fit(
        training.read(fn_args.train_files, transform_output, config, True),
        validation_data=training.read(
            fn_args.eval_files, transform_output, config, False
        ),
        epochs=config.epochs,
        callbacks=[*recipe.callbacks, training.early_stopping(recipe)],
        verbose=2,
    ).history[training.MONITOR]
    return float(max(history))
