"""The part of `MetaHeac` that differs from campaign to campaign."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from tfmtl.audience.only_task import only_task
from tfmtl.audience.retrieval.score_function import ScoreFunction
from tfmtl.audience.retrieval.score_function import campaign_columns
from tfmtl.audience.retrieval.score_function import in_batches
from tfmtl.audience.scoring import BATCH
from tfmtl.models import MetaHeac


def judge_function(
    model: MetaHeac, campaign: Mapping[str, Any]
) -> ScoreFunction:
    """Returns a function from representations of users to scores.

    Within a campaign, what gates see of it is the same for all users. It
    becomes part of the biases of their first layers:

        [mean, c] @ kernel + bias = mean @ kernel[:width]
                                    + (c @ kernel[width:] + bias)

    Args:
        model: A model of one task.
        campaign: One value for each feature that is the campaign's.

    Raises:
        ValueError: If a feature of the campaign is missing or wrong.
    """
    only_task(model)
    users = model.encode_users(model.example_inputs(1))
    vector = _vector(model, campaign, users["mean"])
    mean = (None, users["mean"].shape[1])
    state = (None, users["experts"].shape[2])
    states = [state] * model.num_experts
    gate = _folded(model.expert_gates[0], mean, states, vector)
    critics = _folded(model.critics[0], mean, state, vector)
    scale = model.num_experts if model.gate_scale else 1

    @tf.function(autograph=False, jit_compile=True)
    def judge(columns: dict[str, tf.Tensor]) -> tf.Tensor:
        inputs = tf.cast(columns["mean"], model.compute_dtype)
        # Apart, they are mixed in one go, with no copy of them all.
        experts = tf.unstack(columns["experts"], model.num_experts, axis=1)
        state = gate(inputs, experts) / scale
        return model.prediction(model.tasks[0], critics(inputs, state))[:, 0]

    return lambda columns: in_batches(judge, columns, BATCH)


def _vector(
    model: MetaHeac, campaign: Mapping[str, Any], mean: tf.Tensor
) -> np.ndarray:
    """Returns what the gates see of a campaign, `(units,)`."""
    columns = campaign_columns(model.features, campaign)
    missing = sorted(set(model.campaign_features) - set(campaign))
    others = sorted(set(campaign) - set(model.campaign_features))
    if missing or others:
        raise ValueError(
            "`campaign` should have a value for each feature that is the "
            f"campaign's, {list(model.campaign_features)}; representations "
            "hold the others. "
            f"Received: none for {missing}; also {others}."
        )
    inputs = {name: tf.constant(column) for name, column in columns.items()}
    return model.beside_campaign(mean, inputs)[0, mean.shape[1] :].numpy()


def _folded(layer: Any, mean: Any, other: Any, vector: np.ndarray) -> Any:
    """Returns a layer whose gate sees the user alone, the campaign known."""
    kernel, bias, *others = layer.get_weights()
    width = mean[1]
    twin = type(layer).from_config(layer.get_config())
    twin.build(mean, other)
    twin.set_weights([kernel[:width], bias + vector @ kernel[width:], *others])
    return twin
