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
    backup = tfmtl.training.EpochBackup(directory)
    initial_epoch = backup.restore(model)
    fit(model, initial_epoch, [backup, *callbacks])
    return initial_epoch


def fit(model, initial_epoch, callbacks):
    ids = np.random.default_rng(0).integers(0, 50, 256)
    model.fit(
        {"id": ids},
        {"click": (ids % 2).astype("float32")},
        batch_size=64,
        shuffle=False,
        epochs=EPOCHS,
        initial_epoch=initial_epoch,
        callbacks=callbacks,
        verbose=0,
    )


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


SCORES = [1.0, 3.0, 2.0, 0.0]


def train_with_stopping(model, directory, patience, kill=0, backed_up=True):
    """Trains on the scores above, and returns the epochs it was run for."""
    stopping = keras.callbacks.EarlyStopping(
        "score", mode="max", patience=patience, restore_best_weights=True
    )
    backup = tfmtl.training.EpochBackup(
        directory, stopping if backed_up else None
    )
    epochs = []

    def score(epoch, logs):
        epochs.append(epoch)
        logs["score"] = SCORES[epoch]

    scores = keras.callbacks.LambdaCallback(on_epoch_end=score)
    callbacks = [scores, stopping, backup, kill_after(kill)]
    fit(model, backup.restore(model), callbacks)
    return epochs


@pytest.fixture(scope="module")
def best_weights(tmp_path_factory):
    """The weights after the second epoch, which scores best."""
    model = compiled_model()
    folder = tmp_path_factory.mktemp("whole")
    assert train_with_stopping(model, folder, patience=9) == [0, 1, 2, 3]
    return model.get_weights()


@pytest.mark.parametrize(
    ("patience", "kill", "rest"),
    [(9, 4, []), (2, 3, [3]), (1, 3, [])],
    ids=["at the end", "while waiting", "when stopped"],
)
def test_a_resumed_training_stops_and_ends_with_the_best_epoch(
    patience, kill, rest, best_weights, tmp_path
):
    with pytest.raises(Killed):
        train_with_stopping(compiled_model(), tmp_path, patience, kill)
    model = compiled_model()
    assert train_with_stopping(model, tmp_path, patience) == rest
    for weight, best in zip(model.get_weights(), best_weights, strict=True):
        np.testing.assert_array_equal(weight, best)
    assert list(tmp_path.iterdir()) == []


def test_a_backup_made_without_early_stopping_is_taken(tmp_path):
    with pytest.raises(Killed):
        train_with_stopping(
            compiled_model(), tmp_path, patience=9, kill=2, backed_up=False
        )
    assert train_with_stopping(compiled_model(), tmp_path, 9) == [2, 3]


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
