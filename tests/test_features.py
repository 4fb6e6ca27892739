import keras
import numpy as np
import pytest

from tfmtl import BinaryTask
from tfmtl import CategoricalFeature
from tfmtl import NumericFeature
from tfmtl import SequenceFeature
from tfmtl.features import check_features
from tfmtl.features import pack

USER = CategoricalFeature("user", 9, embedding_dim=4)
TAGS = CategoricalFeature("tags", 9, embedding_dim=4, max_length=2)
PRICE = NumericFeature("price")


def test_packs_ids_and_numbers_in_the_order_of_the_features():
    columns = {
        "price": [0.5, 1.5],
        "tags": [[1, 2], [3, 0]],
        "user": [[7], [8]],
    }
    packed = pack([USER, PRICE, TAGS], columns)
    np.testing.assert_array_equal(packed["ids"], [[7, 1, 2], [8, 3, 0]])
    np.testing.assert_array_equal(packed["numbers"], [[0.5], [1.5]])
    assert packed["ids"].dtype == np.int64
    assert packed["numbers"].dtype == np.float32


def test_packing_leaves_out_what_there_is_not():
    assert set(pack([USER], {"user": [1]})) == {"ids"}
    assert set(pack([PRICE], {"price": [1.0]})) == {"numbers"}


def test_packing_names_missing_columns():
    with pytest.raises(ValueError, match=r"missing: \['price'\]"):
        pack([USER, PRICE], {"user": [1]})


@pytest.mark.parametrize(
    ("feature", "column", "message"),
    [
        (USER, [1.7, np.nan], "'user' should hold whole numbers.*float64"),
        (USER, ["a"], "'user' should hold whole numbers.*dtype=<U1"),
        (USER, [[1, 2]], r"shape \(rows, 1\).*shape=\(1, 2\)"),
        (TAGS, [1, 2], r"shape \(rows, 2\).*shape=\(2,\)"),
        (PRICE, [[1.0, 2.0]], r"'price' should hold numbers in shape"),
        (PRICE, ["1.5"], "'price' should hold numbers.*dtype=<U3"),
        (SequenceFeature("x", 5, 9, 4), [[1] * 4], r"shape \(rows, 5\)"),
    ],
)
def test_packing_refuses_what_would_be_corrupted(feature, column, message):
    with pytest.raises(ValueError, match=message):
        pack([feature], {feature.name: column})


def test_packing_refuses_columns_of_unequal_length():
    with pytest.raises(ValueError, match="'user': 2, 'price': 1"):
        pack([USER, PRICE], {"user": [1, 2], "price": [0.5]})


def test_packing_takes_any_whole_numbers_and_truth_values_as_ids():
    flags = pack([USER], {"user": np.array([True, False])})
    np.testing.assert_array_equal(flags["ids"], [[1], [0]])
    small = pack([USER], {"user": np.array([255], np.uint8)})
    np.testing.assert_array_equal(small["ids"], [[255]])


@pytest.mark.parametrize(
    "feature", [USER, TAGS, PRICE, SequenceFeature("history", 5, 9, 4)]
)
def test_configuration_makes_the_round_trip(feature):
    saved = keras.saving.serialize_keras_object(feature)
    assert keras.saving.deserialize_keras_object(saved) == feature


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ([], "at least one feature"),
        ([USER, USER], r"more than once: \['user'\]"),
        ([NumericFeature("ids")], r"names of packed inputs.*\['ids'\]"),
    ],
)
def test_refuses_features_that_contradict_each_other(features, message):
    with pytest.raises(ValueError, match=message):
        check_features(features)


@pytest.mark.parametrize("kind", [set, frozenset])
def test_refuses_features_in_a_set_which_has_no_order(kind):
    features = kind([USER, PRICE])
    columns = {"user": np.zeros(2, int), "price": np.zeros(2)}
    for function in (check_features, lambda f: pack(f, columns)):
        with pytest.raises(ValueError, match="should be a list, whose order"):
            function(features)


@pytest.mark.parametrize("size", [0, -3])
def test_refuses_sizes_that_are_not_positive(size):
    with pytest.raises(ValueError, match=f"vocabulary_size={size}"):
        CategoricalFeature("user", size, embedding_dim=4)
    with pytest.raises(ValueError, match=f"length={size}"):
        SequenceFeature("history", size, 9, 4)


@pytest.mark.parametrize("size", [10.5, 0, "9"])
def test_a_vocabulary_has_a_whole_number_of_ids(size):
    with pytest.raises(ValueError, match=f"vocabulary_size={size!r}"):
        CategoricalFeature("age", size, 4)


@pytest.mark.parametrize("wrong", ["age", BinaryTask("click")])
def test_refuses_what_is_no_feature(wrong):
    with pytest.raises(ValueError, match="Features should be.*before the task"):
        check_features([wrong])
