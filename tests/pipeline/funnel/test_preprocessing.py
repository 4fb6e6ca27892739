import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
from tensorflow_transform.tf_metadata import dataset_metadata

from pipeline.funnel import columns
from pipeline.funnel import preprocessing
from pipeline.funnel import schema
from tfmtl import features as features_lib

pytestmark = [
    pytest.mark.slow,
    # tensorflow-transform merges the counts of a column that is all missing.
    pytest.mark.filterwarnings("ignore:invalid value encountered in divide"),
]
ROWS = 200
LABELS = [task.name for task in columns.TASKS]


@pytest.fixture(scope="module")
def raw():
    rng = np.random.default_rng(0)
    table = {}
    for name in columns.CLOSED_TEXTS:
        table[name] = rng.choice(["", *schema.domain(name)], ROWS)
    for name in columns.OPEN_TEXTS:
        table[name] = rng.choice(["MEAT", "DELI", "WINE"], ROWS)
    for name in columns.OPEN_IDS:
        table[name] = rng.choice([17, 40], ROWS)
    for name in columns.NUMBERS:
        table[name] = rng.exponential(9, ROWS).astype(np.float32)
    table["hh_days_since_last"][:50] = np.nan
    for name in LABELS:
        table[name] = rng.integers(0, 2, ROWS)
    return pd.DataFrame(table)


@pytest.fixture(scope="module")
def transform(raw, tmp_path_factory):
    """What the Transform component would write, learned from `raw`."""
    folder = tmp_path_factory.mktemp("transform")
    specs = {
        column.name: tf.io.FixedLenFeature([1], column.dtype)
        for column in columns.COLUMNS
    }
    specs |= {name: tf.io.FixedLenFeature([1], tf.int64) for name in LABELS}
    metadata = dataset_metadata.DatasetMetadata.from_feature_spec(specs)
    rows = [
        {name: [value] for name, value in row.items()}
        for row in raw.to_dict("records")
    ]
    with tft_beam.Context(temp_dir=str(folder / "temp")):
        function = (rows, metadata) | tft_beam.AnalyzeDataset(
            preprocessing.preprocessing_fn
        )
        _ = function | tft_beam.WriteTransformFn(str(folder / "graph"))
    return tft.TFTransformOutput(str(folder / "graph"))


@pytest.fixture(scope="module")
def packed(raw, transform):
    layer = transform.transform_features_layer()
    return layer({name: tf.constant(raw[[name]].to_numpy()) for name in raw})


def ids_of(packed, name):
    column = preprocessing.CATEGORICAL.index(name)
    return packed[features_lib.IDS][:, column].numpy()


def test_packs_one_column_per_feature_of_the_model(packed, transform):
    features = preprocessing.model_features(transform, embedding_dim=4)
    sizes = [
        feature.vocabulary_size
        for feature in features
        if isinstance(feature, features_lib.CategoricalFeature)
    ]
    ids = packed[features_lib.IDS].numpy()
    assert ids.shape == (ROWS, len(sizes))
    assert (ids >= 0).all() and (ids < sizes).all()
    assert packed[features_lib.NUMBERS].shape == (ROWS, len(columns.NUMBERS))


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
