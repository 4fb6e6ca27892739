import numpy as np
import pytest
import tensorflow as tf

from tfmtl.losses.projection import project

IN_ORDER = tf.constant([[0, 1], [0, 1]])


def tensors(*vectors):
    return [None if v is None else tf.constant(v) for v in vectors]


def surgery(vectors, order):
    """Algorithm 1 of the paper, word for word."""
    total = np.zeros_like(vectors[0])
    for own, others in enumerate(order):
        changed = vectors[own].copy()
        for other in others:
            dot = changed @ vectors[other]
            if other != own and dot < 0:
                square = vectors[other] @ vectors[other]
                changed -= dot / square * vectors[other]
        total += changed
    return total


def test_conflicting_gradients_lose_what_works_against_the_other():
    one, other = tensors([1.0, 0.0]), tensors([-1.0, 1.0])
    # (1, 0) + 1/2 (-1, 1) = (1/2, 1/2) and (-1, 1) + 1 (1, 0) = (0, 1).
    np.testing.assert_allclose(project([one, other], IN_ORDER)[0], [0.5, 1.5])


def test_gradients_without_conflict_are_added_up():
    one, other = tensors([1.0, 0.0]), tensors([0.0, 2.0])
    np.testing.assert_array_equal(project([one, other], IN_ORDER)[0], [1, 2])


def test_weights_of_one_task_stay_out_of_the_comparison():
    one = tensors([1.0, 0.0], [100.0], None)
    other = tensors([-1.0, 1.0], None, [7.0])
    shared, first, second = project([one, other], IN_ORDER)
    np.testing.assert_allclose(shared, [0.5, 1.5])
    assert (float(first[0]), float(second[0])) == (100.0, 7.0)


def test_weights_of_no_task_get_no_gradient():
    one, other = tensors([1.0], None), tensors([2.0], None)
    assert project([one, other], IN_ORDER)[1] is None


def test_all_shared_weights_are_one_vector():
    one, other = tensors([1.0], [0.0, 0.0]), tensors([-1.0], [3.0, 4.0])
    # dot -1; the other's square is 26, and the first one's 1.
    a, b = project([one, other], IN_ORDER)
    np.testing.assert_allclose(a, [1 - 1 / 26 + 0], rtol=1e-6)
    np.testing.assert_allclose(b, [3 + 3 / 26, 4 + 4 / 26], rtol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_many_tasks_are_projected_one_after_the_other(seed):
    draw = np.random.default_rng(seed)
    vectors = draw.normal(size=(4, 3)).astype("f4")
    order = np.array([draw.permutation(4) for _ in range(4)])
    (actual,) = project([[tf.constant(v)] for v in vectors], tf.constant(order))
    np.testing.assert_allclose(
        actual, surgery(vectors, order), rtol=1e-4, atol=1e-5
    )


def test_pairs_are_compared_over_what_both_depend_on():
    # All depend on the first weight, tasks 1 and 2 on the second one as well.
    tasks = [
        tensors([1.0], None),
        tensors([1.0], [1.0]),
        tensors([1.0], [-3.0]),
    ]
    order = tf.constant([[0, 1, 2], [0, 1, 2], [0, 1, 2]])
    a, b = project(tasks, order)
    # Tasks 1 and 2: dot 1 - 3 = -2, squares 2 and 10. Task 1 becomes (1, 1)
    # + 2/10 (1, -3) = (1.2, 0.4), task 2 (1, -3) + 2/2 (1, 1) = (2, -2).
    np.testing.assert_allclose(a, [1 + 1.2 + 2], rtol=1e-6)
    np.testing.assert_allclose(b, [0.4 - 2], rtol=1e-6)


def test_rows_give_what_whole_tables_give():
    draw = np.random.default_rng(0)
    ids = [[3, 1, 3, 3], [1, 4, 4]]  # other rows, and rows that repeat
    values = [draw.normal(size=(len(i), 2)).astype("f4") for i in ids]
    dense = np.zeros((2, 6, 2), "f4")
    for task in range(2):
        np.add.at(dense[task], ids[task], values[task])
    bias = tensors([-1.0]), tensors([1.0])
    sparse = [
        [tf.IndexedSlices(tf.constant(v), tf.constant(i), [6, 2]), *other]
        for v, i, other in zip(values, ids, bias, strict=True)
    ]
    whole = [[tf.constant(d), *o] for d, o in zip(dense, bias, strict=True)]
    rows, _ = project(sparse, IN_ORDER)
    expected, _ = project(whole, IN_ORDER)
    assert sorted(rows.indices.numpy()) == [1, 3, 4]
    np.testing.assert_allclose(
        tf.convert_to_tensor(rows), expected, rtol=1e-5, atol=1e-6
    )
    assert not np.allclose(expected, dense.sum(axis=0))  # they do conflict


def test_a_gradient_of_zero_changes_nothing():
    one, other = tensors([1.0, 0.0]), tensors([0.0, 0.0])
    np.testing.assert_array_equal(project([one, other], IN_ORDER)[0], [1, 0])
