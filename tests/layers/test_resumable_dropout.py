import keras
import numpy as np
import tensorflow as tf

from tfmtl.layers import ResumableDropout

ONES = tf.ones((4, 32))


def test_drops_and_scales_up_in_training_only():
    dropout = ResumableDropout(0.5, seed=0)
    output = dropout(ONES, training=True).numpy()
    assert set(output.ravel()) == {0.0, 2.0}
    np.testing.assert_array_equal(dropout(ONES), ONES)


def test_goes_on_with_the_masks_where_it_was_saved(tmp_path):
    model = keras.Sequential([ResumableDropout(0.5, seed=0)])
    first = model(ONES, training=True)
    model.save(tmp_path / "model.keras")
    restored = keras.models.load_model(tmp_path / "model.keras")
    second = model(ONES, training=True)
    assert not np.allclose(first, second)
    np.testing.assert_array_equal(restored(ONES, training=True), second)


def test_saves_nothing_where_nothing_is_dropped(tmp_path):
    model = keras.Sequential([ResumableDropout(0.0)])
    model(ONES)
    model.save(tmp_path / "model.keras")
    restored = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(restored(ONES, training=True), ONES)
