import keras
import numpy as np
import pytest

import tfmtl

EPOCHS = 4


class Killed(Exception):
    """What ends the training in the middle."""


def compiled_model():
    model = tfmtl.models.SharedBottom(
        [tfmtl.CategoricalFeature("id", 50, embedding_dim=4)],
        [tfmtl.BinaryTask("click")],
        tower_units=(8,),
        seed=3,
    )
    model.compile(tfmtl.optimizers.LazyAdam(0.01))
    return model


def train(model, directory, *callbacks):
    rng = np.random.default_rng(0)
    ids = rng.integers(0, 50, 256)
    backup = tfmtl.training.EpochBackup(directory)
    initial_epoch = backup.restore(model)
    model.fit(
        {"id": ids},
        {"click": (ids % 2).astype("float32")},
        batch_size=64,
        shuffle=False,
        epochs=EPOCHS,
        initial_epoch=initial_epoch,
        callbacks=[backup, *callbacks],
        verbose=0,
    )
    return initial_epoch


def kill_after(epochs):
    def stop(epoch, logs):
        if epoch + 1 == epochs:
            raise Killed

    return keras.callbacks.LambdaCallback(on_epoch_end=stop)


@pytest.fixture
def killed(tmp_path):
    """The folder of a training that was killed after its second epoch."""
    with pytest.raises(Killed):
        train(compiled_model(), tmp_path, kill_after(2))
    return tmp_path


def test_starts_at_the_first_epoch_without_a_backup(tmp_path):
    assert train(compiled_model(), tmp_path) == 0


def test_goes_on_after_the_last_finished_epoch(killed):
    assert train(compiled_model(), killed) == 2


def test_ends_where_an_uninterrupted_training_ends(killed, tmp_path):
    whole, resumed = compiled_model(), compiled_model()
    train(whole, tmp_path / "whole")
    train(resumed, killed)
    for expected, weight in zip(
        whole.get_weights(), resumed.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(weight, expected)


def test_a_backup_that_was_being_written_is_not_taken(killed):
    (killed / ".tmp-1.weights.h5").write_bytes(b"half")
    assert train(compiled_model(), killed) == 2


def test_keeps_one_backup_only(killed):
    assert [path.name for path in killed.iterdir()] == ["epoch-2.weights.h5"]


def test_leaves_nothing_when_training_is_done(killed):
    train(compiled_model(), killed)
    assert list(killed.iterdir()) == []
