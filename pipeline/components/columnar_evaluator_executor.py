"""Evaluates models on large batches, and blesses the candidate or not."""

import json
from typing import Any

from tfx import types
from tfx.dsl.components.base import base_executor
from tfx.types import standard_component_specs as specs

from pipeline.components import evaluation_report
from pipeline.components import task_list
from pipeline.components.metrics_table import metrics_table
from pipeline.components.scores import score
from pipeline.components.thresholds import Thresholds


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
        slices = json.loads(exec_properties["slices"])
        thresholds = Thresholds.parse(
            exec_properties["thresholds"], tasks, "thresholds", slices
        )
        scores = score(
            evaluation_report.example_files(
                input_dict[specs.EXAMPLES_KEY],
                json.loads(exec_properties[specs.EXAMPLE_SPLITS_KEY]),
            ),
            evaluation_report.model_paths(input_dict),
            tasks,
            slices,
            exec_properties["batch_size"],
            json.loads(exec_properties["references"]),
        )
        evaluation_report.decide(
            input_dict,
            output_dict,
            exec_properties,
            thresholds,
            metrics_table(scores, tasks),
            len(next(iter(scores.labels.values()))),
            scores.unread,
        )
