import doctest

import numpy as np
import pytest
import tensorflow as tf

import serving
from serving import limits
from serving import prediction_error
from serving import requests
from serving import tensors
from tfmtl.features import CategoricalFeature
from tfmtl.features import NumericFeature
from tfmtl.features import SequenceFeature

FEATURES = [
    CategoricalFeature("town", vocabulary_size=9, embedding_dim=2),
    NumericFeature("price"),
]


def parse(serialized):
    example = tf.train.Example.FromString(serialized)
    return {
        name: list(getattr(feature, feature.WhichOneof("kind")).value)
        for name, feature in example.features.feature.items()
    }


def test_a_request_names_model_signature_and_version():
    request = requests.predict_request(
        "m", {"age": np.array([[3]])}, "predict_raw", version=7
    )
    assert request.model_spec.name == "m"
    assert request.model_spec.signature_name == "predict_raw"
    assert request.model_spec.version.value == 7
    assert tensors.decode(request.inputs["age"], 1).tolist() == [[3]]


def test_a_request_may_name_a_label_instead():
    request = requests.predict_request("m", {}, label="stable")
    assert request.model_spec.version_label == "stable"


def test_refuses_both_version_and_label():
    with pytest.raises(ValueError, match="version=1, label='stable'"):
        requests.predict_request("m", {}, version=1, label="stable")


def test_examples_hold_one_row_each():
    rows = requests.examples(FEATURES, {"town": [4, 5], "price": [2, 0.5]})
    assert [parse(row) for row in rows] == [
        {"town": [4], "price": [2.0]},
        {"town": [5], "price": [0.5]},
    ]


def test_numeric_features_are_floats_though_given_as_integers():
    (row,) = requests.examples(FEATURES, {"town": ["x"], "price": [2]})
    assert parse(row) == {"town": [b"x"], "price": [2.0]}


def test_missing_values_are_left_out():
    rows = requests.examples(
        FEATURES, {"town": ["x", None], "price": [np.nan, np.nan]}
    )
    assert [parse(row) for row in rows] == [{"town": [b"x"]}, {}]


def test_sequences_keep_their_order_and_length():
    history = SequenceFeature("seen", 3, vocabulary_size=9, embedding_dim=2)
    rows = requests.examples([history], {"seen": [[3, 1, 0], [2, 0, 0]]})
    assert [parse(row)["seen"] for row in rows] == [[3, 1, 0], [2, 0, 0]]


def test_ignores_columns_that_are_no_features():
    (row,) = requests.examples([FEATURES[1]], {"price": [1.0], "label": [1]})
    assert parse(row) == {"price": [1.0]}


def test_raw_examples_are_typed_as_the_columns_are():
    (row,) = requests.raw_examples({"a": [1], "b": [1.0], "c": ["ä"]})
    assert parse(row) == {"a": [1], "b": [1.0], "c": ["ä".encode()]}


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ([[1.5], [np.nan], [2.5]], [[1.5], None, [2.5]]),
        ([["x"], [None], ["y"]], [[b"x"], None, [b"y"]]),
        ([[None, 3], [4, 5], [None, None]], [[3], [4, 5], None]),
        (np.zeros((2, 0)), [None, None]),
    ],
)
def test_missing_values_of_rows_of_values_are_left_out(column, expected):
    rows = requests.raw_examples({"a": column})
    assert [parse(row).get("a") for row in rows] == expected


def test_missing_numbers_in_a_list_keep_their_places():
    # As training writes them: a list of fixed length is parsed whole.
    history = np.array([[np.nan, 2.5], [np.nan, np.nan]])
    parsed = tf.io.parse_example(
        requests.raw_examples({"a": history}),
        {"a": tf.io.FixedLenFeature([2], tf.float32)},
    )
    np.testing.assert_array_equal(parsed["a"], history)


def test_examples_are_read_by_tensorflow_as_by_protobuf():
    rows = requests.raw_examples({"a": [1, 2], "b": [0.5, np.nan]})
    parsed = tf.io.parse_example(
        rows,
        {
            "a": tf.io.FixedLenFeature([], tf.int64),
            "b": tf.io.FixedLenFeature([], tf.float32, -1.0),
        },
    )
    assert parsed["a"].numpy().tolist() == [1, 2]
    assert parsed["b"].numpy().tolist() == [0.5, -1.0]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"price": [1.0]}, "no feature 'town'; add it"),
        ({"town": [1.5], "price": [1.0]}, "'town' should hold integers or"),
        ({"town": [1], "price": ["x"]}, "'price' should hold numbers"),
        ({"town": [1, 2], "price": [1.0]}, r"'price': \(1,\)"),
        ({"town": 1, "price": 1.0}, "the same number of rows"),
        ({"town": [{}], "price": [1.0]}, "'town'.*integers, floats or"),
    ],
)
def test_refuses_columns_that_fit_no_example(columns, message):
    with pytest.raises(ValueError, match=message):
        requests.examples(FEATURES, columns)


@pytest.mark.parametrize(
    "module", [limits, prediction_error, requests, tensors]
)
def test_docstring_examples_run(module):
    failed, tried = doctest.testmod(module)
    assert tried and not failed


@pytest.mark.parametrize(
    "bounds",
    [{"max_rows": 0}, {"max_message_bytes": 1 << 31}, {"max_seconds": 1 << 31}],
)
def test_limits_refuse_what_no_bound_can_be(bounds):
    with pytest.raises(ValueError, match="should be an integer from 1 to"):
        serving.Limits(**bounds)
