import time
import tracemalloc

import numpy as np
import pytest
from tensorflow.core.framework import tensor_pb2
from tensorflow.core.framework import types_pb2

from serving import decoding
from serving import tensors
from serving.limits import Limits
from serving.serving_error import ServingError
from serving.signatures import Signature
from serving.signatures import TensorSpec

COLUMN = TensorSpec(types_pb2.DT_INT64, (None, 1))
SIGNATURE = Signature({"age": COLUMN, "day": COLUMN}, {})


def declared(rows, kind=types_pb2.DT_INT64, width=1):
    proto = tensor_pb2.TensorProto(dtype=kind, int64_val=[1])
    proto.tensor_shape.dim.add(size=rows)
    proto.tensor_shape.dim.add(size=width)
    return proto


def decode(age, day, **limits):
    inputs = {"age": age, "day": day}
    return decoding.decode_inputs(inputs, SIGNATURE, Limits(**limits))


def test_decodes_in_the_order_of_the_signature():
    age, day = (tensors.encode(np.array([[i]])) for i in (1, 2))
    inputs = {"day": day, "age": age}
    arrays = decoding.decode_inputs(inputs, SIGNATURE, Limits())
    assert [array.item() for array in arrays] == [1, 2]


def test_refuses_a_short_message_of_endless_rows_without_memory_for_it():
    huge = declared(1 << 40)
    assert len(huge.SerializeToString()) < 60
    tracemalloc.start()
    begin = time.process_time()
    with pytest.raises(ServingError, match=f"declares {1 << 40} rows"):
        decode(declared(1), huge)
    elapsed = time.process_time() - begin
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 16
    assert elapsed < 0.1


def test_refuses_many_elements_in_few_rows():
    wide = Signature({"age": TensorSpec(types_pb2.DT_INT64, None)}, {})
    inputs = {"age": declared(1, width=1 << 40)}
    with pytest.raises(ServingError, match=f"declare {1 << 40} elements"):
        decoding.decode_inputs(inputs, wide, Limits())


def test_counts_the_elements_of_all_inputs_together():
    assert decode(declared(5), declared(5), max_elements=10)
    with pytest.raises(ServingError, match="declare 11 elements.* takes 10"):
        decode(declared(5), declared(6), max_elements=10)


def test_counts_the_repeated_texts_of_all_inputs_together():
    text = TensorSpec(types_pb2.DT_STRING, (None, 1))
    inputs = {}
    for name in ("city", "town"):
        inputs[name] = declared(5, types_pb2.DT_STRING)
        inputs[name].string_val.append(b"x" * 80)
    texts = Signature(dict.fromkeys(inputs, text), {})
    # Each is 5 elements, and 4 * 80 bytes that are repeated.
    decoding.decode_inputs(inputs, texts, Limits(max_elements=90))
    with pytest.raises(ServingError, match="declare 90 elements.* takes 89"):
        decoding.decode_inputs(inputs, texts, Limits(max_elements=89))


def test_takes_as_many_rows_as_allowed_and_no_more():
    assert decode(declared(5), declared(5), max_rows=5)
    with pytest.raises(ServingError, match="declares 6 rows.* takes 5"):
        decode(declared(5), declared(6), max_rows=5)


def test_refuses_another_type():
    with pytest.raises(ServingError, match="age should be int64.*float is"):
        decode(declared(1, types_pb2.DT_FLOAT), declared(1))


def test_refuses_another_shape():
    with pytest.raises(ServingError, match=r"shape \(1, 2\) is provided"):
        decode(declared(1, width=2), declared(1))


def test_says_which_names_are_extra_and_which_are_missing():
    with pytest.raises(ServingError) as error:
        decoding.decode_inputs(
            {"age": declared(1), "x": declared(1), "y": declared(1)},
            SIGNATURE,
            Limits(),
        )
    assert str(error.value) == (
        "input size does not match signature: 3!=2 len({age,x,y}) != "
        "len({age,day}). Sent extra: {x,y}. Missing but required: {day}."
    )


def test_says_which_tensor_cannot_be_parsed():
    broken = tensors.encode(np.array([[1]]))
    broken.tensor_content = b"123"
    with pytest.raises(ServingError, match="tensor parsing error: day: .*3 by"):
        decode(declared(1), broken)
