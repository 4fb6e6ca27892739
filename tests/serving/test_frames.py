import numpy as np
import pandas as pd
from tensorflow.core.framework import types_pb2

from serving import frames
from serving import tensors
from serving.columns import to_inputs
from serving.signatures import Signature
from serving.signatures import TensorSpec

FLOAT = types_pb2.DT_FLOAT
SIGNATURE = Signature(
    {
        "days": TensorSpec(FLOAT, (None, 2)),
        "price": TensorSpec(FLOAT, (None, 1)),
        "town": TensorSpec(tensors.STRING, (None, 1)),
    },
    {},
)


def test_a_frame_becomes_what_the_signature_takes():
    frame = pd.DataFrame(
        {
            "days": [np.array([1.0, 2.0]), np.array([3.0, 4.0])],
            "price": [0.5, None],
            "town": [None, "x"],
            "label": 1,
        }
    )
    inputs = to_inputs(frames.to_columns(frame, SIGNATURE), SIGNATURE)
    np.testing.assert_array_equal(inputs["days"], [[1, 2], [3, 4]])
    np.testing.assert_array_equal(inputs["price"], [[0.5], [np.nan]])
    assert inputs["town"].tolist() == [[b""], [b"x"]]


def test_columns_that_are_not_there_are_left_to_the_check():
    frame = pd.DataFrame({"price": [1.0]})
    assert list(frames.to_columns(frame, SIGNATURE)) == ["price"]
