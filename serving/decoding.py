"""Reads the inputs of a request, once they are known to be harmless."""

import math

from serving import tensors
from serving.serving_error import invalid


def decode_inputs(inputs, signature, limits):
    """Returns the inputs of a request as arrays.

    Names, types, shapes and bounds are all checked before the first array is
    made, so that refusing costs nothing.

    Args:
        inputs: Mapping from name to `TensorProto`.
        signature: The `Signature` they are for.
        limits: The `Limits` they must keep.

    Returns:
        List of arrays, in the order of `signature.inputs`.

    Raises:
        ServingError: INVALID_ARGUMENT, saying what is wrong.
    """
    _check_names(set(inputs), set(signature.inputs))
    elements, declared = 0, []
    for name, spec in signature.inputs.items():
        proto = inputs[name]
        shape = _shape(name, proto, spec, limits)
        elements += tensors.elements_of(proto, math.prod(shape))
        declared.append((name, proto, shape))
    if elements > limits.max_elements:
        raise invalid(
            f"the inputs declare {elements} elements, this server takes "
            f"{limits.max_elements} a request"
        )
    return [_fill(*each) for each in declared]


def _check_names(sent, expected):
    if sent == expected:
        return
    raise invalid(
        f"input size does not match signature: {len(sent)}!={len(expected)} "
        f"len({_braced(sent)}) != len({_braced(expected)}). "
        f"Sent extra: {_braced(sent - expected)}. "
        f"Missing but required: {_braced(expected - sent)}."
    )


def _braced(names):
    return "{" + ",".join(sorted(names)) + "}"


def _shape(name, proto, spec, limits):
    """Returns the shape that the input declares, or refuses it."""
    if proto.dtype != spec.kind:
        raise invalid(
            f"input {name} should be {spec}, "
            f"but {tensors.type_name(proto.dtype)} is provided"
        )
    try:
        shape = tensors.shape_of(proto)
    except ValueError as error:
        raise invalid(f"tensor parsing error: {name}: {error}") from error
    if not spec.accepts(shape):
        raise invalid(
            f"input {name} should be {spec}, but shape {shape} is provided"
        )
    if shape and shape[0] > limits.max_rows:
        raise invalid(
            f"input {name} declares {shape[0]} rows, this server takes "
            f"{limits.max_rows} a request"
        )
    return shape


def _fill(name, proto, shape):
    try:
        return tensors.fill(proto, shape)
    except (ValueError, OverflowError) as error:
        raise invalid(f"tensor parsing error: {name}: {error}") from error
