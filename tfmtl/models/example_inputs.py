"""Inputs of the right shape, for building models and tracing signatures."""

import re
from collections.abc import Sequence

import tensorflow as tf

from tfmtl import types
from tfmtl.features import CategoricalFeature
from tfmtl.features import Feature
from tfmtl.features import NumericFeature
from tfmtl.features import SequenceFeature

_NAME = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*")  # as of TensorFlow


def example_inputs(
    features: Sequence[Feature], rows: int
) -> dict[str, tf.Tensor]:
    """Returns ids and numbers that are all zero, one column per feature."""
    return {feature.name: _zeros(feature, rows) for feature in features}


def signature_of(inputs: types.Tensors) -> dict[str, tf.TensorSpec]:
    """Returns the signature of columns as they are, of any number of rows.

    Args:
        inputs: Columns by name.

    Raises:
        ValueError: If TensorFlow does not take a name in a signature.
    """
    refused = [name for name in inputs if not _NAME.fullmatch(name)]
    if refused:
        raise ValueError(
            "Features of a model that is exported should have names of ASCII "
            "letters, digits and _, not _ first; rename them, or pass an "
            f"`input_signature` with names for them. Received: {refused}."
        )
    return {
        name: tf.TensorSpec([None, *column.shape[1:]], column.dtype, name)
        for name, column in inputs.items()
    }


def _zeros(feature: Feature, rows: int) -> tf.Tensor:
    match feature:
        case NumericFeature():
            return tf.zeros((rows, 1))
        case CategoricalFeature(max_length=None):
            return tf.zeros((rows,), tf.int64)
        case CategoricalFeature(max_length=length):
            return tf.zeros((rows, length), tf.int64)
        case SequenceFeature(length=length):
            return tf.zeros((rows, length), tf.int64)
