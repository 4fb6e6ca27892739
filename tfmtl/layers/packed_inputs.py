"""What packed inputs have to be for a list of features."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfmtl import features as features_lib


def check_packed(
    features: Sequence[features_lib.Feature], inputs: Mapping[str, Any]
) -> None:
    """Refuses inputs that were packed with other features, where it shows.

    Args:
        features: All features, in the order of packing.
        inputs: Packed inputs.

    Raises:
        ValueError: If a matrix is missing, or known to have another width.
    """
    widths = {features_lib.IDS: 0, features_lib.NUMBERS: 0}
    for feature in features:
        if isinstance(feature, features_lib.NumericFeature):
            widths[features_lib.NUMBERS] += 1
        else:
            widths[features_lib.IDS] += features_lib.id_width(feature)
    for name, width in widths.items():
        if width and name not in inputs:
            raise ValueError(
                f"Packed inputs of these features should have {name!r}; pack "
                "with all features of this model. "
                f"Received: {sorted(inputs)}."
            )
        if width and not tf.TensorShape([None, width]).is_compatible_with(
            inputs[name].shape
        ):
            raise ValueError(
                f"The packed {name!r} should have shape (batch, {width}); "
                "pack with the features of this model, in its order. "
                f"Received: shape={tuple(inputs[name].shape)}."
            )
