"""Decides whether a model of the audience job is pushed."""

from typing import Any

from tfx.types import BaseChannel

from pipeline.audience import columns
from pipeline.audience.config import AudienceConfig
from pipeline.components import job_parts
from pipeline.components.campaign_evaluator import CampaignEvaluator


def judgement(
    config: AudienceConfig,
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
    evaluator = CampaignEvaluator(
        examples=examples,
        model=model,
        task=columns.TASK,
        campaign_column=columns.CAMPAIGN_ID,
        thresholds=config.thresholds,
        baseline_model=last,
        example_splits=[job_parts.EVAL],
    ).with_id("Evaluator")
    return [evaluator, job_parts.pusher(config, model, evaluator)]
