"""Entire-space model of a purchase with and without an action before it."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import layers
from tfmtl import types
from tfmtl.features import Feature
from tfmtl.models.path_logits import mixture_logit
from tfmtl.models.path_logits import path_logits
from tfmtl.models.tower_model import TowerModel
from tfmtl.tasks import Task
from tfmtl.tasks import check_path


@keras.saving.register_keras_serializable("tfmtl")
class ESM2(TowerModel):
    """Splits purchases by an action between click and purchase.

    After a click some users show intent: they put the offer into the cart or
    on a wish list, the paper's "deterministic action" (DAction). The tasks
    are `click`, `action` and `buy`, in this order; four towers score the steps

        c = P(click)                  a = P(action | click)
        b = P(buy | click, action)    o = P(buy | click, no action)

    and the model is trained on what is made of them, on every row:

        prediction[click]  = c
        prediction[action] = c * a
        prediction[buy]    = c * (a * b + (1 - a) * o)
        loss = sum over tasks of cross_entropy(label, prediction)

    The labels are those of the data, unconditional: an action or a purchase
    counts only after a click. If a purchase can happen without the action,
    its parent is the click: `BinaryTask("buy", parent="click")`. If it cannot,
    as on a path click -> conversion -> core conversion, its parent may be the
    action; `o` then learns to be 0. What the parent says is checked on the
    data, the model is the same. Products and sums are computed as logits, so
    that the gradient is kept where probabilities are near 0 or 1.

    Args:
        features: Features of the model.
        tasks: Three binary tasks: click, action, buy.
        **kwargs: `tower_units`, `dropout`, `activation`, `seed` of
            `TowerModel`, and keyword arguments of `keras.Model`.

    Call arguments:
        features: `{feature name: (batch,) or (batch, width)}`, or packed.
        labels: Ignored.
        training: Whether dropout is on.

    Returns:
        `{task name: (batch, 1)}`, unconditional; and the conditional
        `{action}_given_{click}`, `{buy}_given_{click}`, `{buy}_given_{action}`
        and, for clicks without the action, `{buy}_given_no_{action}`.

    Raises:
        ValueError: If the tasks are not these three; without an action there
            is nothing to split by.

    Example:

    >>> model = tfmtl.models.ESM2(
    ...     [tfmtl.CategoricalFeature("user", 1000, embedding_dim=8)],
    ...     [tfmtl.BinaryTask("click"),
    ...      tfmtl.BinaryTask("cart", parent="click"),
    ...      tfmtl.BinaryTask("buy", parent="click")],
    ... )
    >>> sorted(model({"user": tf.constant([7, 9])}))
    ['buy', 'buy_given_cart', 'buy_given_click', 'buy_given_no_cart', 'cart',
     'cart_given_click', 'click']

    Reference:
        [Wen et al., 2020](https://arxiv.org/abs/1910.07099), sec. 3.
    """

    def __init__(
        self, features: Sequence[Feature], tasks: Sequence[Task], **kwargs: Any
    ) -> None:
        super().__init__(features, tasks, **kwargs)
        _check_split(self.tasks)
        self.encoder = self.make_encoder()
        [tower_seed] = self.seeds_of("other_tower", 1)
        [head_seed] = self.seeds_of("other_head", 1)
        self.other_tower = layers.MLP(
            self.tower_units,
            self.activation,
            dropout=self.dropout,
            seed=tower_seed,
            dtype=self.dtype_policy,
        )
        self.other_head = keras.layers.Dense(
            1,
            kernel_initializer=keras.initializers.GlorotUniform(head_seed),
            dtype=self.dtype_policy,
        )

    def call(
        self,
        features: types.Tensors,
        labels: types.Tensors | None = None,
        training: bool = False,
    ) -> dict[str, tf.Tensor]:
        inputs = self.encoder(features)
        states = [tower(inputs, training=training) for tower in self.towers]
        other_state = self.other_tower(inputs, training=training)
        scores = [*self.scores(states), self.other_head(other_state)]
        click, action, with_action, without = (
            tf.cast(score, tf.float32) for score in scores
        )
        buy = mixture_logit(action, with_action, without)
        outputs = self.predictions(
            [
                click,
                path_logits([click, action])[-1],
                path_logits([click, buy])[-1],
            ]
        )
        names = self.task_names
        conditional = {
            f"{names[1]}_given_{names[0]}": action,
            f"{names[2]}_given_{names[0]}": buy,
            f"{names[2]}_given_{names[1]}": with_action,
            f"{names[2]}_given_no_{names[1]}": without,
        }
        for name, score in conditional.items():
            outputs[name] = tf.sigmoid(score)
        return outputs


def _check_split(tasks: Sequence[Task]) -> None:
    if len(tasks) != 3:
        raise ValueError(
            "ESM2 needs three tasks: a click, an action between click and "
            "purchase (DAction: cart or wish list, say), and the purchase; "
            "without labels of such an action use ESMM. "
            f"Received: tasks={[task.name for task in tasks]}."
        )
    click, action, buy = tasks
    check_path([click, action], "ESM2")
    straight = buy.parent == click.name
    check_path([click, buy] if straight else [click, action, buy], "ESM2")
