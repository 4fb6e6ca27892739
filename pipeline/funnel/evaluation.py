"""Decides whether a model of the funnel job is pushed."""

from typing import Any

from tfx.types import BaseChannel

from pipeline.components import job_parts
from pipeline.components.columnar_evaluator import ColumnarEvaluator
from pipeline.funnel import columns
from pipeline.funnel.config import FunnelConfig


def judgement(
    config: FunnelConfig,
    examples: BaseChannel,
    model: BaseChannel,
    last: BaseChannel,
) -> list[Any]:
    """Returns the steps that push the model if it is good enough.

    Args:
        config: The settings of the job.
        examples: Channel of the raw `Examples`.
        model: Channel of the `Model` that was trained.
        last: Channel of the last blessed `Model`.
    """
    evaluator = ColumnarEvaluator(
        examples=examples,
        model=model,
        tasks=columns.TASKS,
        thresholds=config.thresholds,
        baseline_model=last,
        slices=[columns.SLICE_COLUMN],
        example_splits=[job_parts.EVAL],
    ).with_id("Evaluator")
    return [evaluator, job_parts.pusher(config, model, evaluator)]
