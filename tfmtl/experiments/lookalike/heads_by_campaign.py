"""What models have in common that have a head for each past campaign."""

import abc
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import layers
from tfmtl import types
from tfmtl.features import IDS
from tfmtl.features import CategoricalFeature
from tfmtl.features import Feature
from tfmtl.models import MultiTaskModel
from tfmtl.models.feature_subset import FeatureSubset
from tfmtl.models.seeds import seeds_of
from tfmtl.tasks import Task

NUMBER = "campaign_number"
_STDDEV = 0.05


class HeadsByCampaign(MultiTaskModel, abc.ABC):
    """A model whose last layer is another one for each campaign.

    A model of as many tasks as there are campaigns would compute all of them
    for every row. Here a row names its campaign by a number, and the weights
    of that campaign's head are looked up. Number 0 is a new campaign's, whose
    head begins as the mean of the others.

    Args:
        features: Features of the shared part, and last of all the number, a
            `CategoricalFeature` named `NUMBER`.
        tasks: The task.
        seed: Optional int that makes initial weights repeatable.
        **kwargs: Keyword arguments of `keras.Model`.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(features, tasks, **kwargs)
        self.seed = seed
        self._shared = FeatureSubset(self.features, self.features[:-1])
        self._number = FeatureSubset(self.features, self.features[-1:])
        self.encoder = layers.FeatureConcatenation(
            self.features[:-1], seed=seed
        )

    @abc.abstractmethod
    def state(self, inputs: tf.Tensor, heads: tf.Tensor) -> tf.Tensor:
        """Returns what a head weighs.

        Args:
            inputs: Features, `(batch, width)`.
            heads: Each row's head: a weight for each unit of the state, the
                bias, and what the subclass has asked for.
        """

    @abc.abstractmethod
    def head_width(self, inputs: int) -> int:
        """Returns how many weights a head has.

        Args:
            inputs: Width of the features.
        """

    def build(self, input_shape: Any = None) -> None:
        """Creates all weights; the features say all there is to know."""
        widths = (getattr(f, "embedding_dim", 1) for f in self.features[:-1])
        number: Any = self.features[-1]
        self.heads = self.add_weight(
            name="heads",
            shape=(number.vocabulary_size, self.head_width(sum(widths))),
            initializer=keras.initializers.RandomNormal(
                0.0, _STDDEV, *seeds_of("heads", 1, self.seed)
            ),
        )
        super().build(input_shape)

    def call(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> dict[str, tf.Tensor]:
        """Returns the prediction of each row's campaign."""
        number = self._number(features)
        numbers = number[IDS] if IDS in number else number[NUMBER]
        heads = tf.gather(self.heads.value, tf.reshape(numbers, [-1]))
        state = self.state(self.encoder(self._shared(features)), heads)
        units = state.shape[1]
        score = tf.reduce_sum(state * heads[:, :units], axis=1, keepdims=True)
        return self.predictions([score + heads[:, units : units + 1]])

    def begin_new_campaign(self) -> None:
        """Sets the head of number 0 to the mean of the others."""
        heads = self.heads.numpy().copy()
        heads[0] = heads[1:].mean(axis=0)
        self.heads.assign(heads)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        return {**super().get_config(), "seed": self.seed}


def is_head(variable: keras.Variable) -> bool:
    """Returns whether a weight is that of the campaigns' heads."""
    return variable.name == "heads"


def number_feature(campaigns: int) -> CategoricalFeature:
    """Returns the feature that says whose row it is, 0 for a new campaign.

    Args:
        campaigns: Number of past campaigns.
    """
    return CategoricalFeature(NUMBER, campaigns + 1, embedding_dim=1)
