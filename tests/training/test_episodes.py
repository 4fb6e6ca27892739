import numpy as np
import pytest
import tensorflow as tf

from tfmtl.datasets.batches import batches
from tfmtl.training import episodes


def rows(count, batch_size, **options):
    x = {"id": np.arange(count)}
    y = {"click": np.arange(count) % 2}
    return batches(x, y, batch_size, drop_remainder=True, **options)


def test_each_mini_batch_is_halved():
    [step] = episodes(rows(8, 4, shuffle=False), count=2)
    support, query = step["support"], step["query"]
    np.testing.assert_array_equal(support[0]["id"], [[0, 1], [4, 5]])
    np.testing.assert_array_equal(query[0]["id"], [[2, 3], [6, 7]])
    np.testing.assert_array_equal(query[1]["click"], [[[0], [1]]] * 2)


def test_the_query_set_has_the_odd_row():
    [step] = episodes(rows(5, 5, shuffle=False), count=1)
    np.testing.assert_array_equal(step["support"][0]["id"], [[0, 1]])
    np.testing.assert_array_equal(step["query"][0]["id"], [[2, 3, 4]])


def test_an_epoch_reads_every_row_once_in_an_order_of_its_own():
    data = episodes(rows(24, 4, seed=1), count=2)
    epochs = []
    for _ in range(2):
        read = [
            np.ravel(step[name][0]["id"]).tolist()
            for step in data
            for name in ("support", "query")
        ]
        epochs.append(sum(read, []))
        assert sorted(epochs[-1]) == list(range(24))
    assert epochs[0] != epochs[1]


def test_leaves_out_what_is_too_little_for_a_step():
    assert len(list(episodes(rows(20, 4), count=2))) == 2


def test_halves_weights_too():
    data = rows(4, 4, shuffle=False, sample_weight=np.arange(4.0))
    [step] = episodes(data, count=1)
    np.testing.assert_array_equal(step["query"][2], [[[2.0], [3.0]]])


@pytest.mark.parametrize(
    ("size", "drop", "count"), [(4, False, 2), (1, True, 2), (4, True, 0)]
)
def test_refuses_batches_that_cannot_be_halved(size, drop, count):
    data = tf.data.Dataset.from_tensor_slices(({"id": [1] * 9}, {"y": [1] * 9}))
    with pytest.raises(ValueError, match="drop_remainder=True"):
        episodes(data.batch(size, drop_remainder=drop), count)


def test_refuses_fewer_batches_than_a_step_needs():
    with pytest.raises(ValueError, match="2 mini-batches.*1 mini-batches of 4"):
        episodes(rows(7, 4), count=2)
