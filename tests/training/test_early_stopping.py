import keras
import numpy as np
import pytest

from tfmtl.training import EarlyStopping


def run(aucs, **options):
    """Returns the epochs that were run, and the one that was restored."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    stop = EarlyStopping(
        "val_auc_sum", mode="max", restore_best_weights=True, **options
    )
    stop.set_model(model)
    model.stop_training = False
    stop.on_train_begin()
    for epoch, auc in enumerate(aucs):
        model.set_weights([np.full((1, 1), epoch), np.zeros(1)])
        stop.on_epoch_end(epoch, {"val_auc_sum": auc})
        if model.stop_training:
            break
    stop.on_train_end()
    return epoch + 1, int(model.get_weights()[0][0, 0])


def test_an_epoch_before_the_floor_may_be_the_best():
    assert run([0.7, 0.6, 0.55, 0.5], min_epochs=2, patience=1) == (3, 0)


def test_waiting_begins_at_the_floor():
    falling = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4]
    assert run(falling, min_epochs=3, patience=2) == (5, 0)
    rising = [0.5, 0.4, 0.6, 0.7, 0.6, 0.5]
    assert run(rising, min_epochs=3, patience=2) == (6, 3)


def test_without_a_curriculum_it_is_that_of_keras():
    assert run([0.6, 0.7, 0.65, 0.9], patience=1) == (3, 1)
    assert run([0.6, 0.5, 0.9], patience=1) == (2, 0)


def test_no_epoch_at_all_is_refused():
    with pytest.raises(ValueError, match="min_epochs=0"):
        EarlyStopping("val_loss", 0)
