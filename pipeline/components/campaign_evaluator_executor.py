"""Customises models to held-out campaigns, and blesses the candidate or not."""

import json
import logging
import os
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tfx import types
from tfx.dsl.components.base import base_executor
from tfx.types import standard_component_specs as specs

from pipeline.components import evaluation_report
from pipeline.components.campaign_judge import CampaignJudge
from pipeline.components.campaign_judge import CampaignScores
from pipeline.components.campaign_metrics import SEEDS
from pipeline.components.campaign_metrics import campaign_table
from pipeline.components.campaign_task import CampaignTask
from pipeline.components.export import TRANSFORM_FEATURES
from pipeline.components.scores import why_unread
from pipeline.components.thresholds import Thresholds
from tfmtl import features as features_lib
from tfmtl.audience import Epochs
from tfmtl.audience import FineTuning
from tfmtl.audience.general_model import MODEL_FILE

_BATCH = 4096
_LOG = logging.getLogger(__name__)


class CampaignEvaluatorExecutor(base_executor.BaseExecutor):
    """Customises, computes the metrics, blesses."""

    def Do(
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Runs the component."""
        self._log_startup(input_dict, output_dict, exec_properties)
        task = CampaignTask(exec_properties["task"])
        thresholds = Thresholds.parse(
            exec_properties["thresholds"], [task], "thresholds", [SEEDS]
        )
        files = evaluation_report.example_files(
            input_dict[specs.EXAMPLES_KEY],
            json.loads(exec_properties[specs.EXAMPLE_SPLITS_KEY]),
        )
        scores, unread = {}, {}
        for name, path in evaluation_report.model_paths(input_dict).items():
            saved = tf.saved_model.load(path)
            transform = saved.signatures[TRANSFORM_FEATURES]
            reason = why_unread(transform, files)
            if reason and name == evaluation_report.BASELINE:
                unread[name] = reason
                continue
            _LOG.info("  customising the %s to held-out campaigns", name)
            scores[name] = _judge(path, transform, files, task, exec_properties)
        table = campaign_table(scores, task, exec_properties["few_seeds"])
        evaluation_report.decide(
            input_dict,
            output_dict,
            exec_properties,
            thresholds,
            table,
            table[0]["rows"],
            unread,
        )


def _judge(
    path: str,
    transform: Any,
    files: Sequence[str],
    task: CampaignTask,
    settings: dict[str, Any],
) -> list[CampaignScores]:
    """Returns the scores of a model, with the vocabularies of its own."""
    spec = {
        task.name: tf.io.FixedLenFeature([], tf.int64),
        settings["campaign_column"]: tf.io.FixedLenFeature([], tf.string),
    }
    parts: dict[str, list[np.ndarray]] = {}
    for examples in tf.data.TFRecordDataset(files, "GZIP").batch(_BATCH):
        columns = {
            **tf.io.parse_example(examples, spec),
            **transform(examples=examples),
        }
        for name, column in columns.items():
            parts.setdefault(name, []).append(column.numpy())
    whole = {name: np.concatenate(part) for name, part in parts.items()}
    model = keras.models.load_model(
        os.path.join(path, MODEL_FILE), compile=False
    )
    tuning = FineTuning(Epochs(settings["epochs"]))
    judge = CampaignJudge(model, task, tuning, settings["seed"])
    return list(
        judge.scores(
            {
                name: whole[name]
                for name in (features_lib.IDS, features_lib.NUMBERS)
                if name in whole
            },
            whole[task.name].astype(np.float32),
            whole[settings["campaign_column"]].astype(str),
        )
    )
