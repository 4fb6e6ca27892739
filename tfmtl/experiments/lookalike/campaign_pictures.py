"""What pictures of campaigns are drawn from."""

import itertools
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import Protocol
from typing import runtime_checkable

import numpy as np
import tensorflow as tf

from tfmtl import types
from tfmtl.experiments.lookalike.campaign import Campaign
from tfmtl.experiments.lookalike.campaign_data import TASK
from tfmtl.experiments.lookalike.campaign_data import CampaignData
from tfmtl.experiments.lookalike.campaign_scores import mean_auc
from tfmtl.experiments.lookalike.past_campaigns import PastCampaigns
from tfmtl.experiments.lookalike.ranker import Ranker

_CURVES = 10  # campaigns whose customising is followed step by step
_STEPS = 40
_SAMPLE = 1024  # users of a campaign that critics are averaged over


@runtime_checkable
class Judging(Protocol):
    """A model that shows what its critics judge, and their weights."""

    def representations(
        self, features: types.Tensors
    ) -> Mapping[str, tf.Tensor]:
        """Returns `{task: (batch, units)}`."""

    def critic_weights(
        self, features: types.Tensors
    ) -> Mapping[str, tf.Tensor]:
        """Returns `{task: (batch, critics)}`."""


def of_ranker(
    ranker: Ranker, data: CampaignData, rankings: Sequence[np.ndarray]
) -> dict[str, Any]:
    """Returns the data of pictures by kind, for what the ranker has.

    Args:
        ranker: What was learned and chosen.
        data: The campaigns.
        rankings: Scores of the test campaigns' candidates.

    Returns:
        `campaigns`, the AUC of each test campaign; `convergence`, mean loss
        and AUC of some test campaigns by step; `representations`, a point of
        the plane for each campaign; `critics`, the mean weights of the
        critics for each test campaign.
    """
    pictures: dict[str, Any] = {
        "campaigns": {
            campaign.name: mean_auc([campaign], [scores])
            for campaign, scores in zip(data.test, rankings, strict=True)
        }
    }
    curves = _convergence(ranker, data.test)
    if curves["auc"]:
        pictures["convergence"] = curves
    model = ranker.general_model
    if isinstance(model, Judging):
        pictures["representations"] = _plane(model, data)
        pictures["critics"] = _critics(model, data)
    return pictures


def _convergence(
    ranker: Ranker, campaigns: Sequence[Campaign]
) -> dict[str, list[float]]:
    places = np.linspace(0, len(campaigns) - 1, _CURVES).astype(int)
    chosen = [campaigns[place] for place in np.unique(places)]
    each = [
        list(itertools.islice(ranker.steps(campaign.request), _STEPS))
        for campaign in chosen
    ]
    steps = list(zip(*each, strict=True))
    return {
        "loss": [float(np.mean([loss for loss, _ in one])) for one in steps],
        "auc": [mean_auc(chosen, [s for _, s in one]) for one in steps],
    }


def _plane(model: Any, data: CampaignData) -> dict[str, Any]:
    """Lays out the campaigns by the mean representation of their seeds."""
    from sklearn import manifold  # scikit-learn takes its time

    campaigns = [each for part in data.parts.values() for each in part]
    means = []
    for each in campaigns:
        request = each.request
        seeds = request.users[request.labels == 1]
        inputs = data.population.inputs(seeds, request.values)
        means.append(np.mean(model.representations(inputs)[TASK.name], axis=0))
    points = manifold.TSNE(
        perplexity=min(30.0, (len(campaigns) - 1) / 3),
        init="pca",
        learning_rate="auto",
        random_state=0,
    ).fit_transform(np.array(means, np.float32))
    return {
        "points": points.round(3).tolist(),
        "groups": [each.group for each in campaigns],
    }


def _critics(model: Any, data: CampaignData) -> dict[str, list[float]]:
    weights = {}
    for each in sorted(data.test, key=lambda c: (c.group, c.name)):
        users = PastCampaigns(data.population, ()).users(each)[:_SAMPLE]
        inputs = data.population.inputs(users, each.request.values)
        mean = np.mean(model.critic_weights(inputs)[TASK.name], axis=0)
        weights[each.name] = mean.astype(float).round(4).tolist()
    return weights
