import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from tfmtl.datasets.batches import batches

ROWS = 10


@pytest.fixture
def features():
    """Columns from which the number of a row can be read."""
    return {
        "id": np.arange(ROWS, dtype=np.int32),
        "other_id": np.arange(ROWS, dtype=np.int32) + 100,
        "tags": np.stack([np.arange(ROWS)] * 3, axis=1).astype(np.int32),
        "spend": np.arange(ROWS) / 2,
        "city": np.array([f"city {row}" for row in range(ROWS)]),
    }


@pytest.fixture
def labels():
    return {
        "click": np.arange(ROWS) % 2,
        "buy": (np.arange(ROWS) == 3)[:, np.newaxis],
    }


def order(dataset):
    """The numbers of the rows as one epoch yields them."""
    return [int(row) for x, *_ in dataset for row in x["id"]]


def test_every_row_comes_once_an_epoch(features, labels):
    assert sorted(order(batches(features, labels, 3))) == list(range(ROWS))


def test_the_columns_of_a_row_stay_together(features, labels):
    weight = np.arange(ROWS) / 10
    for x, y, w in batches(features, labels, 3, sample_weight=weight):
        rows = x["id"].numpy()
        np.testing.assert_array_equal(x["other_id"], rows + 100)
        np.testing.assert_array_equal(x["tags"], np.stack([rows] * 3, 1))
        np.testing.assert_array_equal(x["spend"], rows / 2)
        assert x["city"].numpy().tolist() == [
            f"city {row}".encode() for row in rows
        ]
        np.testing.assert_array_equal(y["click"][:, 0], rows % 2)
        np.testing.assert_array_equal(y["buy"][:, 0], rows == 3)
        np.testing.assert_allclose(w[:, 0], rows / 10)


def test_features_keep_their_type_and_rank(features, labels):
    spec, _ = batches(features, labels, 3).element_spec
    assert spec["id"] == tf.TensorSpec((None,), tf.int32)
    assert spec["tags"] == tf.TensorSpec((None, 3), tf.int32)
    assert spec["spend"] == tf.TensorSpec((None,), tf.float64)
    assert spec["city"] == tf.TensorSpec((None,), tf.string)


def test_labels_become_a_float_column(features, labels):
    _, spec = batches(features, labels, 3).element_spec
    column = tf.TensorSpec((None, 1), tf.float32)
    assert spec == {"click": column, "buy": column}


def test_each_task_may_have_weights_of_its_own(features, labels):
    weight = {"click": np.ones(ROWS), "buy": np.full(ROWS, 2.0)}
    _, _, w = next(iter(batches(features, labels, 4, sample_weight=weight)))
    np.testing.assert_array_equal(w["buy"], np.full((4, 1), 2.0))


def test_each_epoch_has_its_own_order(features, labels):
    dataset = batches(features, labels, 3)
    assert order(dataset) != order(dataset)


def test_a_seed_gives_the_same_orders_again(features, labels):
    first = batches(features, labels, 3, seed=7)
    again = batches(features, labels, 3, seed=7)
    assert [order(first), order(first)] == [order(again), order(again)]


def test_seeds_give_different_orders(features, labels):
    one = batches(features, labels, 3, seed=1)
    two = batches(features, labels, 3, seed=2)
    assert order(one) != order(two)


def test_keeps_the_order_without_shuffling(features, labels):
    dataset = batches(features, labels, 3, shuffle=False)
    assert order(dataset) == list(range(ROWS))


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("drop, sizes", [(False, [4, 4, 2]), (True, [4, 4])])
def test_knows_how_many_batches_there_are(
    features, labels, shuffle, drop, sizes
):
    dataset = batches(features, labels, 4, shuffle=shuffle, drop_remainder=drop)
    assert int(dataset.cardinality()) == len(sizes)
    assert [len(x["id"]) for x, _ in dataset] == sizes


def test_the_batch_size_is_static_if_all_batches_are_full(features, labels):
    dataset = batches(features, labels, 4, drop_remainder=True)
    assert dataset.element_spec[0]["id"].shape == (4,)
    assert batches(features, labels, 5).element_spec[0]["id"].shape == (5,)


def test_arrays_of_different_length_are_refused(features, labels):
    labels["click"] = labels["click"][:-1]
    with pytest.raises(ValueError, match="same number of rows.*'click': 9"):
        batches(features, labels, 3)


def test_a_label_of_the_name_of_a_feature_must_have_its_length(features):
    with pytest.raises(ValueError, match="feature 'id': 10.*label 'id': 9"):
        batches(features, {"id": np.zeros(9)}, 3)


@pytest.mark.parametrize("batch_size, drop", [(0, False), (11, True)])
def test_no_batch_at_all_is_refused(features, labels, batch_size, drop):
    with pytest.raises(ValueError, match="lower `batch_size`.*rows=10"):
        batches(features, labels, batch_size, drop_remainder=drop)


_KEPT_IN_A_GLOBAL = """
import keras
import numpy as np
from tfmtl.datasets.batches import batches
data = batches({"id": np.arange(9)}, {"click": np.zeros(9)}, 2, seed=1)
assert [len(list(data)) for _ in range(2)] == [5, 5]
"""


@pytest.mark.slow
def test_a_dataset_kept_to_the_end_of_a_script_prints_nothing():
    run = subprocess.run(
        [sys.executable, "-c", _KEPT_IN_A_GLOBAL],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "Exception ignored" not in run.stderr
