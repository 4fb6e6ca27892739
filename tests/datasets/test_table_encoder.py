import numpy as np
import pandas as pd
import pytest

import tfmtl
from tfmtl.datasets.checks import TableError
from tfmtl.datasets.table_encoder import TableEncoder

TRAIN = pd.DataFrame(
    {
        "city": ["Rome", "Bonn", None, "Bonn"],
        "price": [0.0, np.e - 1, np.e - 1, np.nan],
    }
)


@pytest.fixture
def encoder():
    return TableEncoder(["city"], ["price"], embedding_dim=4, buckets=2)


def test_ids_are_the_places_of_the_sorted_values(encoder):
    columns = encoder.fit(TRAIN).encode(TRAIN)
    assert columns["city"].tolist() == [2, 1, 0, 1]
    assert columns["city"].dtype == np.int32


def test_a_value_that_train_lacks_is_unknown(encoder):
    other = pd.DataFrame({"city": ["Oslo", "Rome"], "price": [1.0, 2.0]})
    assert encoder.fit(TRAIN).encode(other)["city"].tolist() == [0, 2]


def test_numbers_are_scaled_by_the_logarithms_of_train(encoder):
    # Logarithms 0, 1, 1: mean 2/3, deviation sqrt(2)/3; missing is the mean.
    scaled = encoder.fit(TRAIN).encode(TRAIN)["price"]
    root = np.sqrt(2)
    np.testing.assert_allclose(
        scaled, [-root, root / 2, root / 2, 0], rtol=1e-6
    )


def test_another_table_changes_no_scale(encoder):
    encoder.fit(TRAIN)
    far = pd.DataFrame({"city": ["Rome"] * 2, "price": [np.exp(7) - 1, 0.0]})
    # (7 - 2/3) over sqrt(2)/3.
    expected = (7 - 2 / 3) / (np.sqrt(2) / 3)
    assert encoder.encode(far)["price"][0] == pytest.approx(expected)


def test_buckets_are_cut_at_the_quantiles_of_train(encoder):
    # The median of the logarithms is 1: what reaches it is in bucket 2.
    buckets = encoder.fit(TRAIN).encode(TRAIN)["price_bucket"]
    assert buckets.tolist() == [1, 2, 2, 0]


def test_features_have_room_for_every_id(encoder):
    assert encoder.fit(TRAIN).features == [
        tfmtl.CategoricalFeature("city", 3, embedding_dim=4),
        tfmtl.CategoricalFeature("price_bucket", 3, embedding_dim=4),
        tfmtl.NumericFeature("price"),
    ]


def test_a_column_of_one_value_stays_finite():
    encoder = TableEncoder([], ["price"], buckets=0)
    same = pd.DataFrame({"price": [3.0, 3.0]})
    assert encoder.fit(same).encode(same)["price"].tolist() == [0.0, 0.0]


def test_an_encoder_that_was_not_fitted_is_refused(encoder):
    with pytest.raises(ValueError, match=r"call `fit\(train\)`"):
        encoder.encode(TRAIN)


def test_a_missing_column_is_named(encoder):
    with pytest.raises(TableError, match="no column 'city'"):
        encoder.fit(TRAIN[["price"]])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"price": [0.0, np.inf, 1.0, 2.0]}, "'price' must.*row=1, value=inf"),
        ({"price": [0.0, 1.0, -2.0, -3.0]}, "negative.*row=2, value=-2.0"),
        ({"price": ["1", "2", "x", "3"]}, "'price' must hold numb.*value='x'"),
        ({"city": [None, "Rome", 5, "Bonn"]}, "'city' must.*row=2, value=5"),
    ],
)
def test_what_cannot_be_encoded_is_refused_by_row(encoder, change, message):
    with pytest.raises(TableError, match=message):
        encoder.fit(TRAIN.assign(**change))


def test_a_table_to_encode_is_held_to_the_same(encoder):
    encoder.fit(TRAIN)
    with pytest.raises(TableError, match="count=1, row=3, value=-1.0"):
        encoder.encode(TRAIN.assign(price=[0.0, 1.0, np.nan, -1.0]))
