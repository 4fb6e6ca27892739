"""Which weights of a model an optimizer must not decay."""

from collections.abc import Sequence

import keras


def never_decay(
    optimizer: keras.optimizers.Optimizer,
    layer: keras.layers.Layer,
    variables: Sequence[keras.Variable],
) -> None:
    """Excludes a layer's weights from the optimizer's weight decay.

    Args:
        optimizer: Optimizer of a model.
        layer: Layer whose weights should keep their size.
        variables: All weights that the optimizer trains.
    """
    if isinstance(optimizer, keras.mixed_precision.LossScaleOptimizer):
        optimizer = optimizer.inner_optimizer
    if not layer.trainable_variables:
        return
    # Keras forgets what was excluded before, by hand say.
    kept = [v for v in variables if not optimizer._use_weight_decay(v)]
    optimizer.exclude_from_weight_decay([*kept, *layer.trainable_variables])
