import numpy as np
import pytest
import tensorflow as tf

from tfmtl import finite


@pytest.mark.parametrize(
    "numbers",
    [[1.0, np.nan], [np.inf, 1.0], [np.inf, -np.inf], [-np.inf, np.nan]],
)
def test_a_tensor_with_one_number_that_is_not_finite_fails(numbers):
    with pytest.raises(tf.errors.InvalidArgumentError, match="x is not finite"):
        finite.check_finite(tf.constant(numbers), "x")


def test_large_numbers_of_half_precision_pass():
    total = finite.check_finite(tf.fill((1000,), tf.float16.max), "x")
    assert total.numpy() == pytest.approx(65_504_000)


def test_rows_of_a_table_are_looked_at():
    rows = tf.IndexedSlices(tf.constant([[1.0], [np.nan]]), tf.constant([4, 7]))
    with pytest.raises(tf.errors.InvalidArgumentError, match="gradient"):
        finite.check_gradients([tf.ones(3), None, rows])


def test_where_no_weight_has_a_gradient_there_is_nothing_to_check():
    assert finite.check_gradients([None, None]) == []
    assert finite.check_gradients([]) == []
