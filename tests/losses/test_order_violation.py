import pytest
import tensorflow as tf

from tfmtl.losses import order_violation


def test_is_the_mean_over_rows_of_what_later_steps_exceed():
    click = tf.constant([[0.5], [0.1], [0.3], [0.9]])
    cart = tf.constant([[0.2], [0.3], [0.3], [0.8]])
    buy = tf.constant([[0.3], [0.4], [0.1], [0.1]])
    # Rows: 0.1 (buy over cart), 0.2 + 0.1, 0, 0; mean of the four 0.1.
    assert float(order_violation([click, cart, buy])) == pytest.approx(0.1)


def test_does_not_grow_with_the_batch():
    click, buy = tf.constant([[0.1]]), tf.constant([[0.4]])
    big = [tf.repeat(click, 2000, axis=0), tf.repeat(buy, 2000, axis=0)]
    assert float(order_violation(big)) == pytest.approx(0.3, rel=1e-5)


def test_is_zero_without_rows():
    assert float(order_violation([tf.zeros((0, 1)), tf.zeros((0, 1))])) == 0


def test_is_zero_for_one_step():
    assert float(order_violation([tf.constant([[0.4]])])) == 0
