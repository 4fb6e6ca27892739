import numpy as np
import pytest
import tensorflow as tf

from pipeline.funnel import columns
from pipeline.funnel import preprocessing
from pipeline.funnel import schema
from tfmtl import features as features_lib

pytestmark = [
    pytest.mark.slow,
    # tensorflow-transform merges the counts of a column that is all missing.
    pytest.mark.filterwarnings("ignore:invalid value encountered in divide"),
]
LABELS = [task.name for task in columns.TASKS]


@pytest.fixture(scope="module")
def packed(raw, transform):
    layer = transform.transform_features_layer()
    return layer({name: tf.constant(raw[[name]].to_numpy()) for name in raw})


def ids_of(packed, name):
    column = preprocessing.CATEGORICAL.index(name)
    return packed[features_lib.IDS][:, column].numpy()


def test_packs_one_column_per_feature_of_the_model(raw, packed, transform):
    values = preprocessing.vocabularies(transform)
    features = preprocessing.model_features(values, embedding_dim=4)
    sizes = [
        feature.vocabulary_size
        for feature in features
        if isinstance(feature, features_lib.CategoricalFeature)
    ]
    ids = packed[features_lib.IDS].numpy()
    assert ids.shape == (len(raw), len(sizes))
    assert (ids >= 0).all() and (ids < sizes).all()
    numbers = packed[features_lib.NUMBERS]
    assert numbers.shape == (len(raw), len(columns.NUMBERS))


def test_every_id_stands_for_the_value_that_it_is_told_to(
    raw, packed, transform
):
    values = preprocessing.vocabularies(transform)
    assert tuple(values) == preprocessing.CATEGORICAL
    for name in ("age", "coupon_category", "coupon_manufacturer"):
        told = ["", *values[name]]
        found = [told[number] for number in ids_of(packed, name)]
        assert found == raw[name].astype(str).tolist()


def test_numbers_closed_texts_by_the_domain(raw, packed):
    for name in columns.CLOSED_TEXTS:
        expected = [["", *schema.domain(name)].index(v) for v in raw[name]]
        np.testing.assert_array_equal(ids_of(packed, name), expected)


def test_gives_open_values_ids_of_their_own(raw, packed):
    for name in columns.OPEN_TEXTS + columns.OPEN_IDS:
        pairs = set(zip(raw[name], ids_of(packed, name), strict=True))
        assert len(pairs) == raw[name].nunique()
        assert {number for _, number in pairs} == set(range(1, len(pairs) + 1))


def test_gives_values_that_train_lacks_id_0(raw, transform):
    unseen = raw.head(1).copy()
    unseen["coupon_category"] = "GARDEN"
    unseen["coupon_manufacturer"] = 999
    layer = transform.transform_features_layer()
    packed = layer(
        {name: tf.constant(unseen[[name]].to_numpy()) for name in unseen}
    )
    assert ids_of(packed, "coupon_category") == [0]
    assert ids_of(packed, "coupon_manufacturer") == [0]


def test_missing_numbers_do_not_move_the_mean(raw, packed):
    column = columns.NUMBERS.index("hh_days_since_last")
    scaled = packed[features_lib.NUMBERS][:, column].numpy()
    logarithms = np.log1p(raw["hh_days_since_last"].to_numpy())
    known = ~np.isnan(logarithms)
    expected = (logarithms - np.nanmean(logarithms)) / np.nanstd(logarithms)
    np.testing.assert_allclose(scaled[known], expected[known], atol=1e-4)
    np.testing.assert_array_equal(scaled[~known], 0)


def test_buckets_hold_about_equally_many_known_rows(raw, packed):
    ids = ids_of(packed, "hh_days_since_last_bucket")
    missing = raw["hh_days_since_last"].isna().to_numpy()
    np.testing.assert_array_equal(ids == 0, missing)
    sizes = np.bincount(ids[~missing])[1:]
    assert len(sizes) == preprocessing.NUM_BUCKETS
    assert sizes.max() - sizes.min() <= 2


def test_packs_the_labels_in_the_order_of_the_tasks(raw, packed):
    np.testing.assert_array_equal(packed[preprocessing.LABELS], raw[LABELS])


def test_needs_no_labels_to_serve(raw, transform):
    layer = transform.transform_features_layer()
    inputs = raw.drop(columns=LABELS)
    packed = layer(
        {name: tf.constant(inputs[[name]].to_numpy()) for name in inputs}
    )
    assert preprocessing.LABELS not in packed


def test_an_infinite_number_is_as_good_as_missing(raw, transform):
    row = raw.head(1).copy()
    row["hh_spend_90d"] = np.float32(np.inf)
    layer = transform.transform_features_layer()
    packed = layer({name: tf.constant(row[[name]].to_numpy()) for name in row})
    assert ids_of(packed, "hh_spend_90d_bucket") == [0]
    assert np.isfinite(packed[features_lib.NUMBERS]).all()
