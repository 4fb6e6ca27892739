"""Evaluates models on large batches, and blesses the candidate or not."""

import json
import math
import os
from collections.abc import Sequence
from typing import Any

from tfx import types
from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils
from tfx.types import standard_component_specs as specs
from tfx.utils import io_utils
from tfx.utils import path_utils

from pipeline.components import task_list
from pipeline.components.blessing import bless
from pipeline.components.metrics_table import metrics_table
from pipeline.components.metrics_table import overall
from pipeline.components.scores import score
from pipeline.components.thresholds import Thresholds

METRICS_FILE = "metrics.json"
CANDIDATE = "candidate"
BASELINE = "baseline"


class ColumnarEvaluatorExecutor(base_executor.BaseExecutor):
    """Scores, computes the metrics, blesses."""

    def Do(
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Runs the component."""
        self._log_startup(input_dict, output_dict, exec_properties)
        tasks = task_list.load_tasks(exec_properties["tasks"])
        thresholds = Thresholds.parse(
            exec_properties["thresholds"], tasks, "thresholds"
        )
        splits = json.loads(exec_properties[specs.EXAMPLE_SPLITS_KEY])
        examples = input_dict[specs.EXAMPLES_KEY]
        model = artifact_utils.get_single_instance(input_dict[specs.MODEL_KEY])
        # On the first run the resolver finds none.
        baselines = input_dict.get(specs.BASELINE_MODEL_KEY) or []
        models = {CANDIDATE: model}
        if baselines:
            models[BASELINE] = artifact_utils.get_single_instance(baselines)
        scores = score(
            _files(examples, splits),
            {name: _path(artifact) for name, artifact in models.items()},
            tasks,
            json.loads(exec_properties["slices"]),
            exec_properties["batch_size"],
        )
        table = metrics_table(scores, tasks)
        reasons = thresholds.failures(
            overall(table, CANDIDATE), overall(table, BASELINE)
        )
        evaluation = artifact_utils.get_single_instance(
            output_dict[specs.EVALUATION_KEY]
        )
        rows = len(next(iter(scores.labels.values())))
        evaluation.set_int_custom_property("rows", rows)
        _write_json(
            os.path.join(evaluation.uri, METRICS_FILE),
            {
                "blessed": not reasons,
                "reasons": reasons,
                "splits": splits,
                "rows": rows,
                "metrics": table,
            },
        )
        blessing = artifact_utils.get_single_instance(
            output_dict[specs.BLESSING_KEY]
        )
        component = exec_properties.get("current_component_id")
        if component:
            blessing.set_string_custom_property("component_id", component)
        bless(blessing, model, baselines, reasons)


def _files(examples: list[types.Artifact], splits: Sequence[str]) -> list[str]:
    folders = [
        uri
        for split in splits
        for uri in artifact_utils.get_split_uris(examples, split)
    ]
    return [
        os.path.join(folder, name)
        for folder in folders
        for name in sorted(os.listdir(folder))
    ]


def _path(model: types.Artifact) -> str:
    return path_utils.serving_model_path(
        model.uri, path_utils.is_old_model_artifact(model)
    )


def _write_json(path: str, report: dict[str, Any]) -> None:
    """Writes strict JSON, which has no NaN: null stands for it."""
    table = [
        {
            key: None
            if isinstance(value, float) and math.isnan(value)
            else value
            for key, value in record.items()
        }
        for record in report["metrics"]
    ]
    text = json.dumps({**report, "metrics": table}, indent=2, allow_nan=False)
    io_utils.write_string_file(path, text + "\n")
