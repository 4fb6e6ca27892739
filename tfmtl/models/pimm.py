"""Prior information merged into a conversion path."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import layers
from tfmtl import types
from tfmtl.features import Feature
from tfmtl.layers.sizes import check_flags
from tfmtl.models import bottoms
from tfmtl.models.path_model import PathModel
from tfmtl.tasks import Task


@keras.saving.register_keras_serializable("tfmtl")
class PIMM(PathModel):
    """Tells each task how the task before it ended, by a curriculum.

    In training a task is told the true label of the task before it with
    probability `label_rate`, and the model's own prediction otherwise, row by
    row; outside training it is always told the prediction:

        v[t]     = tower[t](bottom(embedding(features)))
        u[0]     = v[0]
        h[t]     = fc_activation(fc[t](u[t]))
        told[t]  = y[t] with probability label_rate, else p[t]
        m[t]     = pim_activation(stop_gradient(told[t]) * kernel[t]) + h[t]
        u[t]     = v[t] + transfer[t](v[t], m[t - 1])
        p[t]     = sigmoid(dense[t](u[t]))

    `told` is explicit information, `h` implicit: a task's loss trains the
    towers before it through `h`, but never their output layers. A task's own
    label does not enter its own prediction.

    `label_rate` is a weight of the model that is not trained; it is saved,
    and starts at 0.5. Lower it with `tfmtl.training.ScheduleVariable`:

        rate = tfmtl.training.LinearDecay(initial=0.5, rate=0.25, floor=0.25)
        model.fit(data, callbacks=[
            tfmtl.training.ScheduleVariable(model.label_rate, rate)])

    Do not stop before the floor is reached, see
    `tfmtl.training.EarlyStopping`; `evaluate` compares epochs alike, as it
    tells no labels.

    Args:
        features: Features of the model.
        tasks: Two or more binary tasks on one path.
        bottom: What stands between embedding and towers: None for nothing,
            widths of a shared MLP, or a Keras layer. A layer may return a
            list, one tensor per task, as does `ProgressiveExtraction` of as
            many tasks without `shared_output`.
        pim_activation: Activation of what is told; None for a linear one.
        fc_activation: Activation of what is handed on; None for a linear one.
        share_attention: Whether all transitions share the attention kernels.
        stop_gradient: Whether what is told is kept from the gradient.
        residual: Whether `v[t]` is added to what the attention gives.
        explicit: Whether a task is told the outcome of the task before it.
        implicit: Whether a task is handed the state of the task before it.
        shared_mask: Whether one draw a row decides for all transitions.
        calibrator_weight: Weight of AITM's calibrator.
        **kwargs: `tower_units`, `dropout`, `activation`, `seed` of
            `TowerModel`, and keyword arguments of `keras.Model`.

    Call arguments:
        features: `{feature name: (batch,) or (batch, width)}`, or packed.
        labels: `{task name: (batch, 1)}`, read in training only.
        training: Whether labels are told and dropout is on.

    Returns:
        `{task name: (batch, 1)}`, unconditional.

    Raises:
        ValueError: If the tasks are no path, `tower_units` is empty, `bottom`
            is of other tasks, or both `explicit` and `implicit` are False.

    Example:

    >>> model = tfmtl.models.PIMM(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"),
    ...      tfmtl.BinaryTask("purchase", parent="click")],
    ... )
    >>> model({"user": tf.constant([7, 9])})["purchase"].shape
    TensorShape([2, 1])

    Reference:
        [Weng et al., 2023](https://doi.org/10.1145/3539618.3591969), sec. 2,
        eq. 1-6.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        tasks: Sequence[Task],
        *,
        bottom: Sequence[int] | keras.layers.Layer | None = None,
        pim_activation: types.ActivationLike = "sigmoid",
        fc_activation: types.ActivationLike = "relu",
        share_attention: bool = False,
        stop_gradient: bool = True,
        residual: bool = True,
        explicit: bool = True,
        implicit: bool = True,
        shared_mask: bool = False,
        calibrator_weight: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            features,
            tasks,
            info_activation=fc_activation,
            share_attention=share_attention,
            calibrator_weight=calibrator_weight,
            **kwargs,
        )
        check_flags(
            stop_gradient=stop_gradient,
            residual=residual,
            explicit=explicit,
            implicit=implicit,
            shared_mask=shared_mask,
        )
        if not (explicit or implicit):
            raise ValueError(
                "`explicit` and `implicit` should not both be False: nothing "
                "would pass between the tasks, use SharedBottom. "
                f"Received: explicit={explicit!r}, implicit={implicit!r}."
            )
        self.bottom = bottoms.checked(bottom, len(self.tasks))
        self.pim_activation = keras.activations.get(pim_activation)
        self.fc_activation = keras.activations.get(fc_activation)
        self.stop_gradient = stop_gradient
        self.residual = residual
        self.explicit = explicit
        self.implicit = implicit
        self.shared_mask = shared_mask
        self.encoder = self.make_encoder()
        self.backbone = self._make_backbone()
        self.merges = self._make_merges()
        self.draw = layers.UniformDraw(self.seeds_of("draw", 1)[0])
        self.label_rate = self.add_weight(
            name="label_rate",
            dtype="float32",
            initializer=keras.initializers.Constant(0.5),
            trainable=False,
            autocast=False,
        )

    @classmethod
    def paper(
        cls, features: Sequence[Feature], tasks: Sequence[Task], **kwargs: Any
    ) -> "PIMM":
        """Returns the model with the sizes of the paper on Ali-CCP.

        That is towers of 128, 64 and 32 units, with AITM's dropout, as the
        paper says nothing of it; it goes with embeddings of width 5 and
        `LinearDecay(initial=0.5, rate=0.25, floor=0.25)`.

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

    def _make_backbone(self) -> keras.layers.Layer | None:
        if not isinstance(self.bottom, tuple):
            return self.bottom
        [seed] = self.seeds_of("bottom", 1)
        return layers.MLP(self.bottom, seed=seed, dtype=self.dtype_policy)

    def _make_merges(self) -> list[layers.PriorInformationMerge]:
        transitions = len(self.tasks) - 1 if self.explicit else 0
        return [
            layers.PriorInformationMerge(
                self.pim_activation,
                self.stop_gradient,
                seed=seed,
                dtype=self.dtype_policy,
            )
            for seed in self.seeds_of("merges", transitions)
        ]

    def call(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> dict[str, tf.Tensor]:
        return self._outputs(features, labels, training)[0]

    def attention_weights(self, features: types.Tensors) -> dict[str, Any]:
        """Returns `{later task: (batch, 2)}`, its own state first."""
        return self.attention_to(self._outputs(features)[1])

    def _outputs(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> tuple[dict[str, tf.Tensor], types.Pairs]:
        """Returns the predictions, and what each transfer takes in."""
        inputs = bottoms.tower_inputs(
            self.backbone, self.encoder(features), len(self.tasks)
        )
        labels = labels if training and labels is not None else {}
        draw = self.draw(inputs[0]) if self.shared_mask and labels else None
        outputs: dict[str, tf.Tensor] = {}
        pairs: types.Pairs = []
        state = None
        for step, task in enumerate(self.tasks):
            own = self.towers[step](inputs[step], training=training)
            if step > 0:
                before = self.tasks[step - 1].name
                hidden = tf.zeros_like(own)
                if self.implicit:
                    hidden = self.infos[step - 1](state, training=training)
                if self.explicit:
                    hidden = self.merges[step - 1](
                        hidden,
                        outputs[before],
                        labels.get(before),
                        self.label_rate,
                        draw,
                        training=training,
                    )
                pairs.append((own, hidden))
                transferred = self.transfer_to(step)(own, hidden)
                own = own + transferred if self.residual else transferred
            state = own
            outputs[task.name] = self.prediction(task, self.heads[step](state))
        return outputs, pairs

    def get_config(self) -> dict[str, Any]:
        bottom = self.bottom
        if isinstance(bottom, keras.layers.Layer):
            bottom = keras.saving.serialize_keras_object(bottom)
        return {
            **super().get_config(),
            "bottom": bottom,
            "pim_activation": keras.activations.serialize(self.pim_activation),
            "fc_activation": keras.activations.serialize(self.fc_activation),
            "stop_gradient": self.stop_gradient,
            "residual": self.residual,
            "explicit": self.explicit,
            "implicit": self.implicit,
            "shared_mask": self.shared_mask,
        }
