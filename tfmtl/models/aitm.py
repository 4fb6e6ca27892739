"""Adaptive information transfer along a conversion path."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.features import Feature
from tfmtl.models.path_model import PathModel
from tfmtl.tasks import Task


@keras.saving.register_keras_serializable("tfmtl")
class AITM(PathModel):
    """Lets each task weigh its own state against the previous task's.

        q[t]     = tower[t](embedding(features))
        z[0]     = q[0]
        z[t]     = transfer(q[t], info[t - 1](z[t - 1]))
        score[t] = dense[t](z[t])

    `transfer` is `tfmtl.layers.InformationTransfer`, `info` a dense layer.
    The gradient flows back through the transfer. Every prediction is an
    unconditional probability; a calibrator keeps them in order,

        loss = sum of the tasks' losses + calibrator_weight
               * mean over rows of sum over t of max(p[t] - p[t - 1], 0)

    and `l2 / 2 * sum of squares` is added for the attention kernels and, in
    training, for the embedding rows that the batch reads. (The paper's code
    penalises the whole tables; penalising the rows of the batch keeps the
    gradient sparse, and rare ids less penalised.)

    Args:
        features: Features of the model.
        tasks: Two or more binary tasks on one path.
        info_activation: Activation of `info`; None for a linear one.
        share_attention: Whether all transitions share the attention kernels.
        calibrator_weight: Weight of the calibrator.
        l2: Weight of the penalty on attention kernels and embeddings.
        **kwargs: `tower_units`, `dropout`, `activation`, `seed` of
            `TowerModel`, and keyword arguments of `keras.Model`. `info` drops
            as many units as the towers' last layer.

    Call arguments:
        features: `{feature name: (batch,) or (batch, width)}`, or packed.
        labels: Ignored.
        training: Whether dropout is on.

    Returns:
        `{task name: (batch, 1)}`, unconditional.

    Raises:
        ValueError: If the tasks are not one path, `tower_units` is empty, or
            `calibrator_weight` is negative or not finite.

    Example:

    >>> model = tfmtl.models.AITM(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"),
    ...      tfmtl.BinaryTask("purchase", parent="click")],
    ... )
    >>> model({"user": tf.constant([7, 9])})["purchase"].shape
    TensorShape([2, 1])

    Reference:
        [Xi et al., 2021](https://arxiv.org/abs/2105.08489), sec. 3.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        info_activation: types.ActivationLike = "relu",
        share_attention: bool = True,
        calibrator_weight: float = 0.6,
        l2: float = 1e-6,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            features,
            tasks,
            info_activation=info_activation,
            share_attention=share_attention,
            # Keras's L2 is weight * sum of squares, without the half.
            attention_regularizer=keras.regularizers.L2(l2 / 2),
            calibrator_weight=calibrator_weight,
            **kwargs,
        )
        self.info_activation = keras.activations.get(info_activation)
        self.l2 = l2
        self.encoder = self.make_encoder(row_l2=l2)

    @classmethod
    def paper(
        cls, features: Sequence[Feature], tasks: Sequence[Task], **kwargs: Any
    ) -> "AITM":
        """Returns the model with the sizes of the paper on Ali-CCP.

        That is towers of 128, 64 and 32 units with dropout of 0.1, 0.3 and
        0.3; it goes with embeddings of width 5 and batches of 2000. (In the
        authors' code the dropout is probably never switched on.)

        Args:
            features: Features of the model.
            tasks: Tasks of the model.
            **kwargs: Further arguments of the constructor.
        """
        return cls(
            features,
            tasks,
            tower_units=(128, 64, 32),
            dropout=(0.1, 0.3, 0.3),
            **kwargs,
        )

    def call(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> dict[str, tf.Tensor]:
        states, _ = self._states(features, training)
        return self.predictions(self.scores(states))

    def attention_weights(self, features: types.Tensors) -> dict[str, Any]:
        """Returns how each later task weighs itself against the one before.

        Args:
            features: As in `call`.

        Returns:
            `{task name: (batch, 2)}`, the weight of the own state first.
        """
        return self.attention_to(self._states(features)[1])

    def _states(
        self, features: types.Tensors, training: bool = False
    ) -> tuple[list[tf.Tensor], types.Pairs]:
        """Returns all states, and what each transfer takes in."""
        inputs = self.encoder(features)
        states = [self.towers[0](inputs, training=training)]
        pairs = []
        for step in range(1, len(self.tasks)):
            own = self.towers[step](inputs, training=training)
            info = self.infos[step - 1](states[-1], training=training)
            states.append(self.transfer_to(step)(own, info))
            pairs.append((own, info))
        return states, pairs

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "info_activation": keras.activations.serialize(
                self.info_activation
            ),
            "l2": self.l2,
        }
