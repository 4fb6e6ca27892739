"""Decides by held-out campaigns whether a general model may be pushed."""

import json
import os
from collections.abc import Sequence

from tfx import types
from tfx.dsl.components.base import base_component
from tfx.dsl.components.base import executor_spec
from tfx.types import component_spec
from tfx.types import standard_artifacts
from tfx.types import standard_component_specs as specs

from pipeline.components import campaign_evaluator_executor as executor
from pipeline.components.campaign_metrics import SEEDS
from pipeline.components.campaign_task import CampaignTask
from pipeline.components.columnar_evaluator import ColumnarEvaluatorSpec
from pipeline.components.thresholds import Thresholds


class CampaignEvaluatorSpec(component_spec.ComponentSpec):
    """What `CampaignEvaluator` takes and gives."""

    PARAMETERS = {
        "task": component_spec.ExecutionParameter(type=str),
        "campaign_column": component_spec.ExecutionParameter(type=str),
        "thresholds": component_spec.ExecutionParameter(type=str),
        specs.EXAMPLE_SPLITS_KEY: component_spec.ExecutionParameter(type=str),
        "epochs": component_spec.ExecutionParameter(type=int),
        "few_seeds": component_spec.ExecutionParameter(type=int),
        "seed": component_spec.ExecutionParameter(type=int),
    }
    INPUTS = ColumnarEvaluatorSpec.INPUTS
    OUTPUTS = ColumnarEvaluatorSpec.OUTPUTS


class CampaignEvaluator(base_component.BaseComponent):
    """Evaluates a general model as it will be used: customised.

    For every campaign of the split, which the model has not seen, a copy is
    fine-tuned on one half of the rows, whose positives are the seeds, and
    judged on the other half. The metrics are means over campaigns. The last
    blessed model is judged by the same halves, with its own vocabularies.

    The model is blessed if no threshold is broken. Without a baseline only
    the absolute thresholds count.

    Args:
        examples: Channel of `Examples`, raw ones, with the campaign and the
            label among the features.
        model: Channel of the `Model` to judge: a SavedModel with the endpoint
            `transform_features` and the Keras model in `assets.extra`, as
            `tfmtl.audience.GeneralModel` reads it.
        task: The task, whose label is a feature of its name.
        campaign_column: Name of the feature that tells campaigns apart.
        thresholds: Path of a JSON file, see `Thresholds`.
        baseline_model: Optional channel of the last blessed `Model`.
        example_splits: The splits to evaluate on, taken together.
        epochs: Number of epochs of the fine-tuning.
        few_seeds: Campaigns with fewer seeds than that are shown apart.
        seed: Makes halves and fine-tuning repeatable.

    Component outputs:
        evaluation: `ModelEvaluation` with `metrics.json`, as that of
            `ColumnarEvaluator`.
        blessing: `ModelBlessing`; the reasons are its `blessing_message`.

    Raises:
        ValueError: The thresholds name no metric, or what there is not.
    """

    SPEC_CLASS = CampaignEvaluatorSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(
        executor.CampaignEvaluatorExecutor
    )

    def __init__(
        self,
        examples: types.BaseChannel,
        model: types.BaseChannel,
        task: CampaignTask,
        campaign_column: str,
        thresholds: str | os.PathLike[str],
        baseline_model: types.BaseChannel | None = None,
        example_splits: Sequence[str] = ("eval",),
        epochs: int = 2,
        few_seeds: int = 100,
        seed: int = 0,
    ) -> None:
        bounds = Thresholds.read(thresholds, [task], [SEEDS]).bounds
        super().__init__(
            CampaignEvaluatorSpec(
                examples=examples,
                model=model,
                baseline_model=baseline_model,
                task=task.name,
                campaign_column=campaign_column,
                thresholds=json.dumps(bounds),
                example_splits=json.dumps(list(example_splits)),
                epochs=epochs,
                few_seeds=few_seeds,
                seed=seed,
                evaluation=types.Channel(
                    type=standard_artifacts.ModelEvaluation
                ),
                blessing=types.Channel(type=standard_artifacts.ModelBlessing),
            )
        )
