"""Turns `TensorProto` messages into NumPy arrays and back, within bounds."""

import math

import numpy as np
from tensorflow.core.framework import tensor_pb2
from tensorflow.core.framework import types_pb2

STRING = types_pb2.DT_STRING

# Type of the message -> dtype of the array, field with the values.
_TYPES = {
    types_pb2.DT_FLOAT: ("<f4", "float_val"),
    types_pb2.DT_DOUBLE: ("<f8", "double_val"),
    types_pb2.DT_HALF: ("<f2", "half_val"),
    types_pb2.DT_INT8: ("i1", "int_val"),
    types_pb2.DT_INT16: ("<i2", "int_val"),
    types_pb2.DT_INT32: ("<i4", "int_val"),
    types_pb2.DT_INT64: ("<i8", "int64_val"),
    types_pb2.DT_UINT8: ("u1", "int_val"),
    types_pb2.DT_UINT16: ("<u2", "int_val"),
    types_pb2.DT_UINT32: ("<u4", "uint32_val"),
    types_pb2.DT_UINT64: ("<u8", "uint64_val"),
    types_pb2.DT_BOOL: ("?", "bool_val"),
    types_pb2.DT_STRING: ("O", "string_val"),
}
_FIELDS = {
    kind: (np.dtype(code), field) for kind, (code, field) in _TYPES.items()
}
_KINDS = {dtype: kind for kind, (dtype, _) in _FIELDS.items()}
_MAX_RANK = 32  # what NumPy can hold


def numpy_dtype(kind):
    """Returns the dtype of arrays that hold tensors of a type.

    Args:
        kind: Value of the enum `tensorflow.DataType`.

    Raises:
        ValueError: If such tensors have no plain array.
    """
    if kind not in _FIELDS:
        raise ValueError(
            "Only numbers, booleans and strings are sent. "
            f"Received: dtype={type_name(kind)}."
        )
    return _FIELDS[kind][0]


def type_name(kind):
    """Returns what TensorFlow calls a type, for instance "int64".

    Args:
        kind: Value of the enum `tensorflow.DataType`.
    """
    if kind not in types_pb2.DataType.values():
        return f"type {kind}"
    return types_pb2.DataType.Name(kind).removeprefix("DT_").lower()


def shape_of(proto):
    """Returns the shape that a message declares, allocating nothing.

    Args:
        proto: A `TensorProto`.

    Raises:
        ValueError: If the shape is unknown or impossible.
    """
    declared = proto.tensor_shape
    shape = tuple([dim.size for dim in declared.dim])
    if declared.unknown_rank or min(shape, default=0) < 0:
        raise ValueError("the shape is not fully known")
    if len(shape) > _MAX_RANK:
        raise ValueError(f"{len(shape)} dimensions, {_MAX_RANK} at most")
    return shape


def elements_of(proto, size):
    """Returns the elements that a message asks memory for, allocating none.

    A string that is repeated asks for as much as any other tensor: eight bytes
    of it count as one more element.

    Args:
        proto: A `TensorProto`.
        size: Number of elements of its shape.
    """
    if proto.dtype != STRING or not proto.string_val:
        return size
    given = len(proto.string_val)
    repeated = len(proto.string_val[-1]) * max(size - given, 0)
    return size + repeated // 8


def decode(proto, max_elements):
    """Returns the array that a message describes.

    `tensor_content` is viewed, not copied. As in TensorFlow, the last value
    given is repeated up to the declared shape, 0 or "" if there is none.

    Args:
        proto: A `TensorProto`.
        max_elements: Elements it may declare, see `elements_of`.

    Returns:
        Array of the declared shape; strings as objects of type bytes.

    Raises:
        ValueError: If the message declares too much or contradicts itself.

    Example:

    >>> decode(encode(np.array([[1], [2]])), max_elements=2).tolist()
    [[1], [2]]
    """
    shape = shape_of(proto)
    elements = elements_of(proto, math.prod(shape))
    if elements > max_elements:
        raise ValueError(f"{elements} elements, {max_elements} at most")
    return fill(proto, shape)


def fill(proto, shape):
    """Returns the array that a message describes, however large it is.

    Args:
        proto: A `TensorProto`.
        shape: What `shape_of` returned, found to be harmless.

    Returns:
        Array of the shape; strings as objects of type bytes.

    Raises:
        ValueError: If the message contradicts itself.
    """
    dtype = numpy_dtype(proto.dtype)
    size = math.prod(shape)
    content = proto.tensor_content
    if not content:
        return _from_values(proto, dtype, size).reshape(shape)
    if dtype.hasobject:
        raise ValueError("strings belong into `string_val`")
    if len(content) != size * dtype.itemsize:
        raise ValueError(
            f"`tensor_content` has {len(content)} bytes, the shape asks for "
            f"{size * dtype.itemsize}"
        )
    return np.frombuffer(content, dtype).reshape(shape)


def _from_values(proto, dtype, size):
    values = getattr(proto, _FIELDS[proto.dtype][1])
    given = len(values)
    if given > size:
        raise ValueError(f"{given} values for {size} elements")
    array = np.full(size, b"" if dtype.hasobject else 0, dtype)
    if given:
        # Half precision is sent as the bits of each number.
        plain = array.view(np.uint16) if dtype == np.float16 else array
        plain[:given] = np.fromiter(values, plain.dtype, given)
        plain[given:] = plain[given - 1]
    return array


def encode(array):
    """Returns an array as a message, numbers as one block of bytes.

    Args:
        array: Array of numbers, booleans, or objects of type bytes.

    Raises:
        ValueError: If the dtype has no TensorFlow type.
    """
    kind = _KINDS.get(array.dtype)
    if kind is None:
        raise ValueError(
            "An array of numbers, booleans or bytes objects is expected. "
            f"Received: array.dtype={array.dtype}."
        )
    proto = tensor_pb2.TensorProto(dtype=kind)
    for size in array.shape:
        proto.tensor_shape.dim.add(size=size)
    if kind == STRING:
        proto.string_val.extend(array.ravel().tolist())
    else:
        proto.tensor_content = array.tobytes()
    return proto
