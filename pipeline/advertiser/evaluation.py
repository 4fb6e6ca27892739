"""Decides whether a model of the advertiser job is pushed."""

from typing import Any

from tfx.types import BaseChannel

from pipeline.advertiser import columns
from pipeline.advertiser.config import AdvertiserConfig
from pipeline.components import job_parts
from pipeline.components.columnar_evaluator import ColumnarEvaluator
from tfmtl.datasets.windows.window_spec import SCENARIO


def judgement(
    config: AdvertiserConfig,
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
        slices=[SCENARIO],
        example_splits=[job_parts.EVAL],
        references=columns.NAIVE,
    ).with_id("Evaluator")
    return [evaluator, job_parts.pusher(config, model, evaluator)]
