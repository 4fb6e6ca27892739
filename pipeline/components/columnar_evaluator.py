"""Decides by exact metrics whether a model may be pushed."""

import json
import os
from collections.abc import Mapping
from collections.abc import Sequence

from tfx import types
from tfx.dsl.components.base import base_component
from tfx.dsl.components.base import executor_spec
from tfx.types import component_spec
from tfx.types import standard_artifacts
from tfx.types import standard_component_specs as specs

from pipeline.components import columnar_evaluator_executor as executor
from pipeline.components import task_list
from pipeline.components.thresholds import Thresholds
from tfmtl.tasks import Task


class ColumnarEvaluatorSpec(component_spec.ComponentSpec):
    """What `ColumnarEvaluator` takes and gives."""

    PARAMETERS = {
        "tasks": component_spec.ExecutionParameter(type=str),
        "thresholds": component_spec.ExecutionParameter(type=str),
        "slices": component_spec.ExecutionParameter(type=str),
        "references": component_spec.ExecutionParameter(type=str),
        specs.EXAMPLE_SPLITS_KEY: component_spec.ExecutionParameter(type=str),
        "batch_size": component_spec.ExecutionParameter(type=int),
    }
    INPUTS = {
        specs.EXAMPLES_KEY: component_spec.ChannelParameter(
            type=standard_artifacts.Examples
        ),
        specs.MODEL_KEY: component_spec.ChannelParameter(
            type=standard_artifacts.Model
        ),
        specs.BASELINE_MODEL_KEY: component_spec.ChannelParameter(
            type=standard_artifacts.Model, optional=True
        ),
    }
    OUTPUTS = {
        specs.EVALUATION_KEY: component_spec.ChannelParameter(
            type=standard_artifacts.ModelEvaluation
        ),
        specs.BLESSING_KEY: component_spec.ChannelParameter(
            type=standard_artifacts.ModelBlessing
        ),
    }


class ColumnarEvaluator(base_component.BaseComponent):
    """Evaluates an exported model in the place of TFX's Evaluator.

    TFX's own takes some milliseconds a row, on dictionaries in Python. This
    one calls the SavedModel on large batches, keeps labels and predictions as
    arrays, and computes exact metrics per task and slice with numpy.

    The model is blessed if no threshold is broken, over all rows or those of
    a slice that has bounds of its own. Without a baseline only the absolute
    thresholds count. `Pusher` and `LatestBlessedModelStrategy` read the
    blessing as they read TFX's.

    Args:
        examples: Channel of `Examples`.
        model: Channel of the `Model` to judge; its `serving_default` takes
            serialized examples and gives `{task: (batch, 1)}`.
        tasks: Tasks, whose labels are features of their names.
        thresholds: Path of a JSON file, see `Thresholds`.
        baseline_model: Optional channel of the last blessed `Model`.
        slices: Names of features; each of their values is a slice.
        example_splits: The splits to evaluate on, taken together.
        batch_size: Rows a call of the model.
        references: Forecasts that the examples hold themselves, by name: task
            to feature. They are evaluated beside the models.

    Component outputs:
        evaluation: `ModelEvaluation` with `metrics.json`: whether blessed, the
            reasons if not, and `metrics_table`.
        blessing: `ModelBlessing`; the reasons are its `blessing_message`.

    Raises:
        ValueError: The thresholds name no task, or what there is not.
    """

    SPEC_CLASS = ColumnarEvaluatorSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(
        executor.ColumnarEvaluatorExecutor
    )

    def __init__(
        self,
        examples: types.BaseChannel,
        model: types.BaseChannel,
        tasks: Sequence[Task],
        thresholds: str | os.PathLike[str],
        baseline_model: types.BaseChannel | None = None,
        slices: Sequence[str] = (),
        example_splits: Sequence[str] = ("eval",),
        batch_size: int = 4096,
        references: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        bounds = Thresholds.read(thresholds, tasks, slices).bounds
        super().__init__(
            ColumnarEvaluatorSpec(
                examples=examples,
                model=model,
                baseline_model=baseline_model,
                tasks=task_list.dump_tasks(tasks),
                thresholds=json.dumps(bounds),
                slices=json.dumps(list(slices)),
                references=json.dumps(references or {}),
                example_splits=json.dumps(list(example_splits)),
                batch_size=batch_size,
                evaluation=types.Channel(
                    type=standard_artifacts.ModelEvaluation
                ),
                blessing=types.Channel(type=standard_artifacts.ModelBlessing),
            )
        )
