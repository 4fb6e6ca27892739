import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.framework import tensor_pb2
from tensorflow.core.framework import types_pb2

from serving import tensors

ENOUGH = 1000


def repeated(value, *shape, **fields):
    """A message that declares a shape and gives fewer values."""
    proto = tensor_pb2.TensorProto(**fields or {"int64_val": value})
    proto.dtype = proto.dtype or types_pb2.DT_INT64
    for size in shape:
        proto.tensor_shape.dim.add(size=size)
    return proto


@pytest.mark.parametrize(
    "dtype",
    "f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 ?".split(),
)
def test_numbers_survive_encoding_and_decoding(dtype):
    array = np.array([[0, 1], [1, 0], [1, 1]], dtype)
    decoded = tensors.decode(tensors.encode(array), ENOUGH)
    assert decoded.dtype == array.dtype
    np.testing.assert_array_equal(decoded, array)


@pytest.mark.parametrize("dtype", "f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 ?".split())
def test_reads_what_tensorflow_writes_value_by_value(dtype):
    # A tensor of one element is written into the typed field.
    array = np.array([1], dtype)
    proto = tf.make_tensor_proto(array)
    assert not proto.tensor_content
    np.testing.assert_array_equal(tensors.decode(proto, ENOUGH), array)


def test_tensorflow_reads_what_is_encoded():
    array = np.array([[1.5, -2.0]], np.float32)
    np.testing.assert_array_equal(tf.make_ndarray(tensors.encode(array)), array)


def test_strings_survive_encoding_and_decoding():
    array = np.array([[b"a"], [b""], [b"\xff\x00"]], object)
    decoded = tensors.decode(tensors.encode(array), ENOUGH)
    assert decoded.tolist() == array.tolist()


def test_repeats_the_last_value_up_to_the_declared_shape():
    proto = repeated([3, 5], 2, 2)
    assert tensors.decode(proto, ENOUGH).tolist() == [[3, 5], [5, 5]]


def test_no_values_mean_zeros():
    assert tensors.decode(repeated([], 2, dtype=9), ENOUGH).tolist() == [0, 0]


def test_no_rows_are_an_empty_array():
    assert tensors.decode(repeated([], 0, 1, dtype=9), 0).shape == (0, 1)


def test_refuses_more_elements_than_allowed_before_making_any():
    proto = repeated([1], 1 << 40, 1 << 40)
    with pytest.raises(ValueError, match=f"{1 << 80} elements, 1000 at most"):
        tensors.decode(proto, ENOUGH)


def test_refuses_a_long_string_repeated_often():
    proto = repeated(None, 1000, dtype=types_pb2.DT_STRING)
    proto.string_val.append(b"x" * 100)
    # 1,000 elements, and 999 * 100 bytes, eight of which are one more.
    with pytest.raises(ValueError, match="13487 elements, 1000 at most"):
        tensors.decode(proto, ENOUGH)


def test_refuses_more_values_than_elements():
    with pytest.raises(ValueError, match="3 values for 2 elements"):
        tensors.decode(repeated([1, 2, 3], 2), ENOUGH)


def test_refuses_content_of_another_size():
    proto = tensors.encode(np.array([1, 2]))
    proto.tensor_content += b"x"
    with pytest.raises(ValueError, match="17 bytes, the shape asks for 16"):
        tensors.decode(proto, ENOUGH)


@pytest.mark.parametrize("unknown_rank", [True, False])
def test_refuses_an_unknown_shape(unknown_rank):
    proto = repeated([1], -1)
    proto.tensor_shape.unknown_rank = unknown_rank
    with pytest.raises(ValueError, match="not fully known"):
        tensors.decode(proto, ENOUGH)


def test_refuses_more_dimensions_than_an_array_may_have():
    with pytest.raises(ValueError, match="200 dimensions, 32 at most"):
        tensors.decode(repeated([1], *[1] * 200), ENOUGH)


def test_refuses_types_that_have_no_array():
    proto = tensor_pb2.TensorProto(dtype=types_pb2.DT_VARIANT)
    with pytest.raises(ValueError, match="Received: dtype=variant"):
        tensors.decode(proto, ENOUGH)


def test_refuses_to_encode_dates():
    with pytest.raises(ValueError, match=r"array.dtype=datetime64"):
        tensors.encode(np.array(["2017-10-01"], "datetime64[D]"))
