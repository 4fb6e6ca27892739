"""Dense layers whose weights are generated for each row."""

import functools
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmtl import types
from tfmtl.layers.each_vector import each_vector
from tfmtl.layers.generated_kernels import by_kernels
from tfmtl.layers.generated_kernels import by_pairs
from tfmtl.layers.row_chunks import in_chunks
from tfmtl.layers.seeds import seed_of
from tfmtl.layers.sizes import check_flags
from tfmtl.layers.sizes import check_sizes

# Generated weights that take more than this a row are made in chunks of rows,
_ROW_BYTES = 2**15
# of this size. Chunks treble the time that small layers take.
_CHUNK_BYTES = 2**25
# Fewer vectors a row than this meet the generator before the scenario.
_FEW = 3


@keras.saving.register_keras_serializable("tfmtl")
class MetaUnit(keras.layers.Layer):
    """Dense layers with the weights that a row's scenario asks for.

    What is known of the scenario, `s`, generates kernel and bias of each of
    the layers, for every row anew, by a linear generator of that layer:

        kernel = sum over k of s[k] * generator[k] + static_kernel
        bias   = s @ bias_generator + static_bias
        h      = leaky_relu(h @ kernel + bias)

    `static_kernel` starts as the kernel of a dense layer would, so that the
    unit starts as ordinary layers that the scenario disturbs a little. From
    zeros, the start of a Keras layer that generates, so little would come
    through at first that scenarios and inputs hardly count.

    The kernels of a batch would be the largest tensors of a model by far (268
    MB a layer at 512 units and 256 rows). Large ones are made and used for
    some rows at a time, and made again for the gradient. With one or two
    vectors a row there are none: all products of a unit and a scenario unit
    meet the generator at once.

    Args:
        num_layers: Number of dense layers, as wide as the inputs.
        leaky_alpha: Slope of the leaky ReLU below 0.
        last_activation: Whether the last layer has the activation too.
        glorot_bias: Whether `static_kernel` starts as a dense kernel would,
            instead of at 0.
        generated: Whether there are generators; without, these are dense
            layers, the same for every scenario.
        generator_regularizer: Regularizer of `generator` and
            `bias_generator`, the weights that generate.
        seed: Optional int that makes the initial weights repeatable.
        **kwargs: Keyword arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: `(batch, units)`, or `(batch, vectors, units)` if a row has
            several vectors for the same kernel.
        scenario: `(batch, scenario_units)`, what is known of the scenario.

    Returns:
        Tensor of the shape of `inputs`.

    Raises:
        ValueError: If `num_layers` is not positive or a shape does not fit.

    Example:

    >>> unit = tfmtl.layers.MetaUnit(num_layers=2)
    >>> unit(tf.ones((8, 32)), tf.ones((8, 16))).shape
    TensorShape([8, 32])

    Reference:
        [Zhang et al., 2022](https://arxiv.org/abs/2201.06814), algorithm 1.
    """

    def __init__(
        self,
        num_layers: int = 3,
        *,
        leaky_alpha: float = 0.01,
        last_activation: bool = True,
        glorot_bias: bool = True,
        generated: bool = True,
        generator_regularizer: types.RegularizerLike = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_sizes(num_layers=num_layers)
        check_flags(
            last_activation=last_activation,
            glorot_bias=glorot_bias,
            generated=generated,
        )
        self.num_layers = num_layers
        self.leaky_alpha = leaky_alpha
        self.last_activation = last_activation
        self.glorot_bias = glorot_bias
        self.generated = generated
        self.generator_regularizer = keras.regularizers.get(
            generator_regularizer
        )
        self.seed = seed

    def build(self, inputs_shape: Any, scenario_shape: Any) -> None:
        units, width = inputs_shape[-1], scenario_shape[-1]
        zeros = keras.initializers.Zeros()
        self.generators, self.bias_generators = [], []
        self.static_kernels, self.static_biases = [], []
        for number in range(self.num_layers):
            seeds = [seed_of(3 * number + part, self.seed) for part in range(3)]
            if self.generated:
                # As for a dense layer from `width` to `units * units`.
                limit = (6 / (width + units * units)) ** 0.5
                uniform = keras.initializers.RandomUniform(
                    -limit, limit, seeds[0]
                )
                self.generators.append(
                    self._generator("", number, (width, units, units), uniform)
                )
                glorot = keras.initializers.GlorotUniform(seeds[1])
                self.bias_generators.append(
                    self._generator("bias_", number, (width, units), glorot)
                )
            dense = self.glorot_bias or not self.generated
            # A penalty on dense kernels, as of `M2M`, goes by their names.
            kind = "static_" if self.generated else ""
            glorot = keras.initializers.GlorotUniform(seeds[2])
            self.static_kernels.append(
                self.add_weight(
                    name=f"{kind}kernel_{number}",
                    shape=(units, units),
                    initializer=glorot if dense else zeros,
                )
            )
            self.static_biases.append(
                self.add_weight(
                    name=f"{kind}bias_{number}",
                    shape=(units,),
                    initializer=zeros,
                )
            )

    def _generator(
        self,
        prefix: str,
        number: int,
        shape: tuple[int, ...],
        initializer: keras.Initializer,
    ) -> keras.Variable:
        return self.add_weight(
            name=f"{prefix}generator_{number}",
            shape=shape,
            initializer=initializer,
            regularizer=self.generator_regularizer,
        )

    def call(self, inputs: tf.Tensor, scenario: tf.Tensor) -> tf.Tensor:
        if inputs.shape.rank not in (2, 3) or scenario.shape.rank != 2:
            raise ValueError(
                "`inputs` should have shape (batch, units) or (batch, "
                "vectors, units), and `scenario` (batch, scenario_units). "
                f"Received: inputs.shape={inputs.shape}, "
                f"scenario.shape={scenario.shape}."
            )
        # Keras casts only the first argument to the compute dtype.
        scenario = tf.cast(scenario, self.compute_dtype)
        vectors = inputs if inputs.shape.rank == 3 else inputs[:, tf.newaxis]
        if self.generated:
            output = self._by_scenario(vectors, scenario)
        else:
            output = vectors
            for number in range(self.num_layers):
                kernel = tf.convert_to_tensor(self.static_kernels[number])
                times = functools.partial(tf.matmul, b=kernel)
                output = each_vector(times, output)
                output += self.static_biases[number]
                output = self._activated(output, number)
        return output if inputs.shape.rank == 3 else output[:, 0]

    def _by_scenario(
        self, vectors: tf.Tensor, scenario: tf.Tensor
    ) -> tf.Tensor:
        groups = zip(
            self.generators,
            self.static_kernels,
            self.bias_generators,
            self.static_biases,
            strict=True,
        )
        weights = [tf.convert_to_tensor(w) for group in groups for w in group]
        rows = [vectors, scenario]
        _, count, units = vectors.shape
        width = scenario.shape[-1]
        per_row = 4 * units * (count * width if count < _FEW else units)
        if per_row <= _ROW_BYTES:
            return self._transform(weights, rows)
        # As much as the generator itself is never too much.
        chunk = max(width, _CHUNK_BYTES // per_row)
        return in_chunks(self._transform, weights, rows, chunk)

    def _transform(
        self, weights: Sequence[tf.Tensor], rows: Sequence[tf.Tensor]
    ) -> tf.Tensor:
        hidden, scenario = rows
        product = by_pairs if hidden.shape[1] < _FEW else by_kernels
        for number in range(self.num_layers):
            generator, kernel, bias_generator, bias = weights[
                4 * number : 4 * number + 4
            ]
            offset = tf.matmul(scenario, bias_generator) + bias
            hidden = product(hidden, scenario, generator, kernel)
            hidden = self._activated(hidden + offset[:, tf.newaxis], number)
        return hidden

    def _activated(self, hidden: tf.Tensor, number: int) -> tf.Tensor:
        if number == self.num_layers - 1 and not self.last_activation:
            return hidden
        return tf.nn.leaky_relu(hidden, self.leaky_alpha)

    def like(self, **changes: Any) -> "MetaUnit":
        """Returns an unbuilt unit with the options of this one.

        Args:
            **changes: Arguments of the constructor that are to differ.
        """
        return type(self).from_config({**self.get_config(), **changes})

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_layers": self.num_layers,
            "leaky_alpha": self.leaky_alpha,
            "last_activation": self.last_activation,
            "glorot_bias": self.glorot_bias,
            "generated": self.generated,
            "generator_regularizer": keras.regularizers.serialize(
                self.generator_regularizer
            ),
            "seed": self.seed,
        }
