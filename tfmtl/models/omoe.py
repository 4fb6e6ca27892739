"""One-gate mixture of experts."""

import keras

from tfmtl.models.mixture_model import MixtureModel


@keras.saving.register_keras_serializable("tfmtl")
class OMoE(MixtureModel):
    """Experts shared by all tasks, mixed for all of them by one gate.

        x        = embedding(features)
        mixed    = sum over experts of softmax(gate(x))[e] * expert[e](x)
        score[t] = dense[t](tower[t](mixed))

    It is `MMoE` with one gate in place of one for each task.

    Args:
        features: Features of the model.
        tasks: Tasks of the model, one or more.
        num_experts: Number of experts.
        expert_units: Widths of each expert's layers.
        tower_units: Widths of each tower's layers.
        gate_units: Widths of hidden layers in front of the gate's softmax.
        **kwargs: `dropout` (of the towers), `activation` and `seed` of
            `TowerModel`, and keyword arguments of `keras.Model`.

    Call arguments:
        features: `{feature name: (batch,) or (batch, width)}`, or packed.
        labels: Ignored.
        training: Whether dropout is on.

    Returns:
        `{task name: (batch, 1)}`. `gate_weights(features)` gives the weights
        of the experts, `{task name: (batch, experts)}`, equal for all tasks.

    Example:

    >>> model = tfmtl.models.OMoE(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("like")],
    ...     num_experts=8,
    ... )
    >>> model({"user": tf.constant([7, 9])})["like"].shape
    TensorShape([2, 1])

    Reference:
        [Ma et al., 2018](https://doi.org/10.1145/3219819.3220007), eq. 5, where
        it is a baseline.
    """

    @property
    def num_gates(self) -> int:
        """One gate for all tasks."""
        return 1
