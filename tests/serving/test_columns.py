import numpy as np
import pandas as pd
import pytest
from tensorflow.core.framework import types_pb2

from serving import columns
from serving.signatures import Signature
from serving.signatures import TensorSpec

FLOAT = TensorSpec(types_pb2.DT_FLOAT, (None, 1))
INT = TensorSpec(types_pb2.DT_INT64, (None, 1))
STRING = TensorSpec(types_pb2.DT_STRING, (None, 1))


def convert(spec, values):
    return columns.to_inputs({"age": values}, Signature({"age": spec}, {}))[
        "age"
    ]


def test_lists_become_columns_of_the_wanted_type():
    assert convert(INT, [1, 2]).tolist() == [[1], [2]]
    assert convert(FLOAT, [1, 2]).dtype == np.float32
    assert convert(STRING, ["ä", b"b"]).tolist() == [["ä".encode()], [b"b"]]


def test_takes_pandas_series():
    assert convert(INT, pd.Series([1, 2], dtype="Int64")).tolist() == [[1], [2]]
    assert convert(STRING, pd.Series(["a"], dtype="category")).tolist() == [
        [b"a"]
    ]


def test_keeps_nan_as_the_missing_number():
    assert np.isnan(convert(FLOAT, [np.nan]))


def test_leaves_two_dimensional_arrays_as_they_are():
    assert convert(INT, [[1], [2]]).shape == (2, 1)


def test_leaves_flat_inputs_flat():
    flat = TensorSpec(types_pb2.DT_INT64, (None,))
    assert convert(flat, [1, 2]).shape == (2,)


def test_arrays_of_the_wanted_type_are_not_copied():
    for spec, values in [(INT, np.array([1, 2])), (FLOAT, np.float32([1, 2]))]:
        assert np.shares_memory(convert(spec, values), values)


def test_an_empty_list_has_every_type():
    assert convert(INT, []).shape == (0, 1)
    assert convert(STRING, []).shape == (0, 1)


@pytest.mark.parametrize(
    ("spec", "values", "message"),
    [
        (INT, [1.5], r"fill what is missing.*astype\(\"int64\"\).*age=float64"),
        (INT, ["3"], r"should be int64.*Received: age=<U1 values such as '3'"),
        (INT, [True], r"Received: age=bool values such as True"),
        (INT, [1, None], "give integers only, 0 or.*age=None in row 1"),
        (INT, [2**63], r"keep it between -\d+ and \d+.*to 9223372036854775808"),
        (FLOAT, [1.0, None], "numbers only, NaN for.*age=None in row 1"),
        (FLOAT, ["1"], "should be float.*age=<U1"),
        (STRING, [3], r"convert it, as `.astype\(str\)`.*age=int64"),
        (STRING, ["a", None], 'strings only, "" for.*age=None in row 1'),
        (FLOAT, [1.0, np.inf], r"keep it below 3.403e\+38.*age=inf in row 1"),
        (FLOAT, np.float32([1, -np.inf]), "age=-inf in row 1"),
        (FLOAT, [[1.0], [2e39]], r"age=2e\+39 in row 1"),
        (FLOAT, -np.inf, "age=-inf in row 0"),
        (INT, [[1, 2]], r"one row per prediction.*age=shape \(1, 2\)"),
        (INT, [[[1]]], r"int64 of shape \(batch, 1\).*shape \(1, 1, 1\)"),
        (INT, 3, "put it in a list.*age=the scalar 3"),
        (INT, [[1], [1, 2]], "pad them.*rows of different lengths"),
    ],
)
def test_refuses_what_would_have_to_be_guessed(spec, values, message):
    with pytest.raises(ValueError, match="Feature 'age'.*" + message):
        convert(spec, values)


def test_refuses_integers_too_large_for_the_signature():
    narrow = TensorSpec(types_pb2.DT_INT32, (None, 1))
    with pytest.raises(ValueError, match="between -2147483648 and 2147483647"):
        convert(narrow, [1 << 31])


def test_names_the_misspelt_feature():
    signature = Signature({"age_band": INT, "price": FLOAT}, {})
    with pytest.raises(
        ValueError, match="no feature 'age_band'.*rename 'age_bnad' to it"
    ):
        columns.to_inputs({"age_bnad": [1], "price": [1.0]}, signature)


def test_names_the_missing_feature_and_its_type():
    signature = Signature({"age_band": INT, "price": FLOAT}, {})
    with pytest.raises(
        ValueError, match=r"'price'.*expects as float of shape.*; add it"
    ):
        columns.to_inputs({"age_band": [1]}, signature)


def test_refuses_a_feature_too_many():
    with pytest.raises(ValueError, match="no feature 'ages'.*leave it out"):
        columns.to_inputs(
            {"age": [1], "ages": [1]}, Signature({"age": INT}, {})
        )


@pytest.mark.parametrize("name", [1, None])
def test_refuses_a_name_that_is_no_text(name):
    frame = pd.DataFrame({"age": [1], name: [1]})
    with pytest.raises(
        ValueError, match=f"should be text; rename ({name}|nan)"
    ):
        columns.to_inputs(frame, Signature({"age": INT}, {}))


def test_names_the_column_whose_length_is_odd():
    signature = Signature({"a": INT, "b": INT, "c": INT}, {})
    with pytest.raises(
        ValueError, match="'a'.*give it 2 rows, as many as 'b'.*a=3 rows"
    ):
        columns.to_inputs({"a": [1, 2, 3], "b": [1, 2], "c": [3, 4]}, signature)


@pytest.mark.parametrize("given", [[1], 3, "age", None])
def test_refuses_what_maps_no_names(given):
    with pytest.raises(ValueError, match=r"`columns` should map.*\['age'\]"):
        columns.to_inputs(given, Signature({"age": INT}, {}))


def test_takes_a_frame():
    frame = pd.DataFrame({"age": [1, 2]})
    inputs = columns.to_inputs(frame, Signature({"age": INT}, {}))
    assert inputs["age"].tolist() == [[1], [2]]
