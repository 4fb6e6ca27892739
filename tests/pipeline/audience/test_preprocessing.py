import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from pipeline.audience import columns
from pipeline.audience import endpoints
from pipeline.audience import preprocessing
from pipeline.audience import schema
from tfmtl.audience import general_model

pytestmark = [
    pytest.mark.slow,
    # tensorflow-transform merges the counts of a column that is all missing.
    pytest.mark.filterwarnings("ignore:invalid value encountered in divide"),
]
ROWS = 160
NAMES = ["FROZEN PIZZA", "pizza/dough & more for you", "", "TEA"]


@pytest.fixture(scope="module")
def raw():
    draw = np.random.default_rng(0)
    table = {columns.CAMPAIGN_ID: draw.choice(["7", "8"], ROWS)}
    for name in columns.USER_CLOSED_TEXTS:
        table[name] = draw.choice(["", *schema.domain(name)], ROWS)
    table["h1_top_category"] = draw.choice(["MEAT", "TEA"], ROWS)
    table["h1_main_store"] = draw.choice([17, 40], ROWS)
    for name in (*columns.USER_NUMBERS, *columns.CAMPAIGN_NUMBERS):
        table[name] = draw.permutation(ROWS).astype(np.float32)
    table["category_mean_price"][:40] = np.nan
    table["category_department"] = draw.choice(["DELI", "GROCERY", ""], ROWS)
    table["category_name"] = np.resize(NAMES, ROWS)
    table[columns.TASK.name] = draw.integers(0, 2, ROWS)
    return pd.DataFrame(table)


@pytest.fixture(scope="module")
def transform(raw, learn_transform):
    """What the Transform component would write, learned from `raw`."""
    return learn_transform(
        raw,
        columns.COLUMNS,
        [columns.TASK.name],
        preprocessing.preprocessing_fn,
    )


@pytest.fixture(scope="module")
def layer(transform):
    return transform.transform_features_layer()


@pytest.fixture(scope="module")
def values(transform):
    return preprocessing.vocabularies(transform)


def tensors(frame, names):
    return {name: tf.constant(frame[[name]].to_numpy()) for name in names}


def test_packs_one_column_per_feature_and_word(raw, layer, values):
    packed = layer(tensors(raw, raw.columns))
    features = preprocessing.model_features(values, embedding_dim=4)
    sizes = np.repeat(
        [feature.vocabulary_size for feature in features],
        [feature.max_length or 1 for feature in features],
    )
    ids = packed["ids"].numpy()
    assert ids.shape == (ROWS, len(sizes))
    assert (ids >= 0).all() and (ids < sizes).all()
    np.testing.assert_array_equal(packed["labels"], raw[[columns.TASK.name]])
    np.testing.assert_array_equal(
        packed["campaigns"].numpy().astype(str), raw[[columns.CAMPAIGN_ID]]
    )


def test_every_word_of_a_name_has_an_id_of_its_own(raw, layer, values):
    _, encode = endpoints.endpoints(layer)[general_model.ENCODE_CAMPAIGN]
    names = [column.name for column in columns.CAMPAIGN_COLUMNS]
    ids = encode(tensors(raw.head(4), names))["category_name"].numpy()
    words = ["", *values["category_name"]]
    assert [[words[number] for number in row] for row in ids] == [
        ["FROZEN", "PIZZA", "", ""],
        ["PIZZA", "DOUGH", "MORE", "FOR"],
        ["", "", "", ""],
        ["TEA", "", "", ""],
    ]


def test_users_and_campaigns_encoded_apart_are_as_packed(raw, layer):
    packed = layer(tensors(raw, raw.columns))["ids"].numpy()
    parts = []
    for _, (inputs, encode) in endpoints.endpoints(layer).items():
        names = [column.name for column in inputs]
        parts += encode(tensors(raw, names)).values()
    apart = [part.numpy().reshape(ROWS, -1) for part in parts]
    np.testing.assert_array_equal(np.concatenate(apart, axis=1), packed)


def test_needs_neither_label_nor_campaign_to_serve(raw, layer):
    names = [column.name for column in columns.SERVED_COLUMNS]
    assert set(layer(tensors(raw, names))) == {"ids"}


def test_what_is_missing_or_new_is_id_0(raw, layer):
    row = raw.head(1).copy()
    row["h1_top_category"] = "SHOES"
    row["h1_main_store"] = 5
    row["h1_spend"] = np.float32(np.inf)
    encoders = endpoints.endpoints(layer)
    columns_of, encode = encoders[general_model.ENCODE_USERS]
    ids = encode(tensors(row, [column.name for column in columns_of]))
    for name in ("h1_top_category", "h1_main_store", "h1_spend_bucket"):
        assert ids[name].numpy() == [0]


def test_buckets_hold_equally_many_rows_and_have_names(raw, layer, values):
    columns_of, encode = endpoints.endpoints(layer)[general_model.ENCODE_USERS]
    names = [column.name for column in columns_of]
    ids = encode(tensors(raw, names))["h1_spend_bucket"].numpy()
    sizes = np.bincount(ids)[1:]
    assert len(sizes) == len(values["h1_spend_bucket"]) == 16
    assert sizes.max() - sizes.min() <= 2
