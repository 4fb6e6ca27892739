import keras
import numpy as np
import tensorflow as tf

from tfmtl.layers import UniformDraw

ROWS = tf.zeros((5000, 3))


def test_draws_uniform_numbers_below_one():
    numbers = UniformDraw(seed=0)(ROWS).numpy()
    assert numbers.shape == (5000, 1)
    assert 0 <= numbers.min() and numbers.max() < 1
    assert abs(numbers.mean() - 0.5) < 0.02


def test_draws_other_numbers_at_each_call():
    draw = UniformDraw(seed=0)
    assert not np.allclose(draw(ROWS), draw(ROWS))


def test_same_seed_gives_same_numbers():
    first, second = UniformDraw(seed=4), UniformDraw(seed=4)
    for _ in range(2):
        np.testing.assert_array_equal(first(ROWS), second(ROWS))
    assert not np.allclose(first(ROWS), UniformDraw(seed=5)(ROWS))


def test_goes_on_drawing_where_it_was_saved(tmp_path):
    model = keras.Sequential([UniformDraw(seed=0)])
    model(ROWS)
    model.save(tmp_path / "model.keras")
    restored = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(restored(ROWS), model(ROWS))


def test_traced_once_still_draws_other_numbers():
    draw = tf.function(UniformDraw(seed=0))
    assert not np.allclose(draw(ROWS), draw(ROWS))
