"""A tower whose layers the scenario generates."""

from typing import Any

import keras
import tensorflow as tf

from tfmtl.layers.meta_unit import MetaUnit
from tfmtl.layers.seeds import seed_of
from tfmtl.layers.sizes import check_sizes


@keras.saving.register_keras_serializable("tfmtl")
class MetaTower(keras.layers.Layer):
    """Residual blocks of layers that the scenario generates.

        h = leaky_relu(meta_unit[j](h, scenario) + h)

    Every block has a unit of its own. With all weights of the units at 0 a
    block is `leaky_relu(h)`.

    Args:
        num_blocks: Number of blocks.
        unit: `MetaUnit` whose options are taken; None for its defaults. With
            `MetaUnit(generated=False)` the tower is the same for every
            scenario.
        seed: Optional int that makes the initial weights repeatable.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: `(batch, units)`, or `(batch, tasks, units)` for several tasks
            by one tower.
        scenario: `(batch, scenario_units)`, what is known of the scenario.

    Returns:
        Tensor of the shape of `inputs`.

    Raises:
        ValueError: If `num_blocks` is not positive.

    Example:

    >>> tower = tfmtl.layers.MetaTower(num_blocks=2)
    >>> tower(tf.ones((8, 32)), tf.ones((8, 16))).shape
    TensorShape([8, 32])

    Reference:
        [Zhang et al., 2022](https://arxiv.org/abs/2201.06814), sec. 3.3.3.
    """

    def __init__(
        self,
        num_blocks: int = 2,
        unit: MetaUnit | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_sizes(num_blocks=num_blocks)
        self.num_blocks = num_blocks
        self.seed = seed
        options = unit or MetaUnit()
        # A unit draws from three seeds a layer.
        self.units = [
            options.like(
                name=f"unit_{block}",
                seed=seed_of(3 * options.num_layers * block, seed),
                dtype=self.dtype_policy,
            )
            for block in range(num_blocks)
        ]

    @property
    def unit(self) -> MetaUnit:
        """The unit of the first block; the others have its options."""
        return self.units[0]

    def build(self, inputs_shape: Any, scenario_shape: Any) -> None:
        for unit in self.units:
            unit.build(inputs_shape, scenario_shape)

    def call(self, inputs: tf.Tensor, scenario: tf.Tensor) -> tf.Tensor:
        for unit in self.units:
            inputs = tf.nn.leaky_relu(
                unit(inputs, scenario) + inputs, unit.leaky_alpha
            )
        return inputs

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_blocks": self.num_blocks,
            "unit": keras.saving.serialize_keras_object(self.unit),
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "MetaTower":
        unit = keras.saving.deserialize_keras_object(config["unit"])
        return cls(**{**config, "unit": unit})
