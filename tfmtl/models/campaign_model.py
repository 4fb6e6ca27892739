"""What models have in common that encode users apart from campaigns."""

import abc
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfmtl import layers
from tfmtl import types
from tfmtl.features import CategoricalFeature
from tfmtl.features import Feature
from tfmtl.models.base import MultiTaskModel
from tfmtl.models.feature_subset import FeatureSubset
from tfmtl.models.seeds import seeds_of
from tfmtl.tasks import BinaryTask
from tfmtl.tasks import Task


class CampaignModel(MultiTaskModel, abc.ABC):
    """A model that knows which of its features are the campaign's.

    Args:
        features: Features of user and campaign.
        tasks: Binary tasks; one, as a rule.
        campaign_features: Names of the features that are the campaign's; none
            by default.
        embedding_stddev: Standard deviation of the tables' initial values.
        seed: Optional int that makes initial weights repeatable.
        **kwargs: Keyword arguments of `keras.Model`.

    Raises:
        ValueError: If a task is not binary, or `campaign_features` names no
            feature of the model or leaves none of the user.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        campaign_features: Sequence[str] = (),
        embedding_stddev: float = 0.01,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(features, tasks, **kwargs)
        _check_tasks(self.tasks)
        users, campaign = _split(self.features, campaign_features)
        self.campaign_features = tuple(f.name for f in campaign)
        self.embedding_stddev = embedding_stddev
        self.seed = seed
        self._user_part = FeatureSubset(self.features, users)
        self._campaign_part = FeatureSubset(self.features, campaign)
        user_seed, campaign_seed = seeds_of("encoders", 2, seed)
        options = {
            "embedding_stddev": embedding_stddev,
            "dtype": self.dtype_policy,
        }
        self.user_encoder = layers.FeatureStack(
            users, seed=user_seed, **options
        )
        self.campaign_encoder = (
            layers.FeatureConcatenation(campaign, seed=campaign_seed, **options)
            if campaign
            else None
        )

    def user_fields(self, features: types.Tensors) -> tf.Tensor:
        """Returns a vector for each field, `(batch, fields, width)`.

        Args:
            features: As of `call`; those of campaigns are not needed.
        """
        return self.user_encoder(self._user_part(features))

    def beside_campaign(
        self, users: tf.Tensor, features: types.Tensors
    ) -> tf.Tensor:
        """Returns vectors of users followed by that of their campaign.

        Args:
            users: `(batch, width)`.
            features: The campaign's features: a row for each user, or one
                for all.
        """
        if self.campaign_encoder is None:
            return users
        campaign = self.campaign_encoder(self._campaign_part(features))
        shape = [tf.shape(users)[0], campaign.shape[1]]
        return tf.concat([users, tf.broadcast_to(campaign, shape)], axis=1)

    def gate_inputs(self, features: types.Tensors) -> tf.Tensor:
        """Returns the mean of a user's fields followed by the campaign.

        Args:
            features: As of `call`.
        """
        if not self.built:
            self.build()
        mean = tf.reduce_mean(self.user_fields(features), axis=1)
        return self.beside_campaign(mean, features)

    def by_task(self, tensors: Sequence[tf.Tensor]) -> dict[str, tf.Tensor]:
        """Returns tensors by the names of the tasks, as float32.

        Args:
            tensors: One for each task.
        """
        floats = [tf.cast(tensor, tf.float32) for tensor in tensors]
        return dict(zip(self.task_names, floats, strict=True))

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        return {
            **super().get_config(),
            "campaign_features": self.campaign_features,
            "embedding_stddev": self.embedding_stddev,
            "seed": self.seed,
        }


def _split(
    features: Sequence[Feature], campaign_features: Sequence[str]
) -> tuple[list[Feature], list[Feature]]:
    """Returns the features of the user, and those of the campaign."""
    names = [feature.name for feature in features]
    is_list = not isinstance(campaign_features, str)
    unknown = sorted(set(campaign_features) - set(names)) if is_list else []
    users = [f for f in features if f.name not in campaign_features]
    if not is_list or unknown:
        raise ValueError(
            "`campaign_features` should list names of features of the model, "
            f"some of {names}. Received: campaign_features="
            f"{campaign_features!r}."
        )
    if not any(isinstance(f, CategoricalFeature) for f in users):
        raise ValueError(
            "The user should have a categorical feature or more beside "
            "`campaign_features`. Received: campaign_features="
            f"{campaign_features!r} of {names}."
        )
    return users, [f for f in features if f.name in campaign_features]


def _check_tasks(tasks: Sequence[Task]) -> None:
    for task in tasks:
        if not isinstance(task, BinaryTask):
            raise ValueError(
                "Critics judge by probabilities; make "
                f"{task.name!r} a BinaryTask. Received: {task!r}."
            )
