import keras
import numpy as np
import pytest
import tensorflow as tf

import tfmtl
from tfmtl.training import Constant
from tfmtl.training import LinearDecay
from tfmtl.training import ScheduleVariable

DECAY = LinearDecay(initial=0.5, rate=0.25, floor=0.0)


class Recorder(keras.callbacks.Callback):
    """Notes the label rate at the end of every batch."""

    def __init__(self):
        super().__init__()
        self.rates = []

    def on_train_batch_end(self, batch, logs=None):
        self.rates.append(float(self.model.label_rate))


class Interruption(keras.callbacks.Callback):
    """Kills the training as a power cut would, within an epoch."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            raise KeyboardInterrupt


@pytest.fixture
def make(features, path):
    def maker(**options):
        model = tfmtl.models.PIMM(
            features, path, tower_units=(8, 4), seed=5, **options
        )
        model.compile(tfmtl.optimizers.LazyAdam(0.01))
        return model

    return maker


def fit(model, data, *callbacks, epochs=3, steps_per_epoch=None):
    schedule = ScheduleVariable(model.label_rate, DECAY, steps_per_epoch)
    return model.fit(
        *data,
        batch_size=16,
        epochs=epochs,
        shuffle=False,
        verbose=0,
        callbacks=[*callbacks, schedule],
    )


def test_sets_the_variable_at_each_epoch_and_logs_it(make, rows):
    recorder = Recorder()
    history = fit(make(), rows(32), recorder, epochs=4)
    assert recorder.rates == [0.5, 0.5, 0.25, 0.25, 0.0, 0.0, 0.0, 0.0]
    assert history.history["label_rate"] == [0.5, 0.25, 0.0, 0.0]


def test_sets_the_variable_at_each_step_on_demand(make, rows):
    recorder = Recorder()
    fit(make(), rows(32), recorder, epochs=2, steps_per_epoch=2)
    # E = 0, 1/2, 1, 3/2.
    assert recorder.rates == [0.5, 0.375, 0.25, 0.125]


def test_starts_at_the_epoch_it_is_told():
    rate = keras.Variable(0.9, name="rate")
    ScheduleVariable(rate, DECAY).on_epoch_begin(1)
    assert float(rate) == 0.25


def test_logs_the_variable_of_a_distribution_strategy():
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        rate = keras.Variable(0.25, name="rate")
    logs = {}
    ScheduleVariable(rate, DECAY).on_epoch_end(0, logs)
    assert logs == {"rate": 0.25}


def test_holds_a_constant(make, rows):
    model = make()
    callback = ScheduleVariable(model.label_rate, Constant(0.125))
    model.fit(*rows(16), verbose=0, callbacks=[callback])
    assert float(model.label_rate) == 0.125


def test_refuses_steps_that_are_not_positive():
    with pytest.raises(ValueError, match="positive.*steps_per_epoch=0"):
        ScheduleVariable(keras.Variable(0.0), DECAY, steps_per_epoch=0)


@pytest.mark.parametrize(
    "options", [{"dropout": 0.3}, {"shared_mask": True}], ids=str
)
def test_resuming_within_the_curriculum_equals_not_stopping(
    make, rows, tmp_path, options
):
    data = rows(64)
    straight = make(**options)
    fit(straight, data, epochs=4)

    with pytest.raises(KeyboardInterrupt):
        fit(
            make(**options),
            data,
            keras.callbacks.BackupAndRestore(tmp_path / "backup"),
            Interruption(epoch=2),
            epochs=4,
        )
    resumed = make(**options)
    history = fit(
        resumed,
        data,
        keras.callbacks.BackupAndRestore(tmp_path / "backup"),
        epochs=4,
    )
    assert history.epoch == [2, 3]
    assert history.history["label_rate"] == [0.0, 0.0]
    assert resumed.optimizer.iterations == straight.optimizer.iterations
    for one, other in zip(
        resumed.get_weights(), straight.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(
        resumed.optimizer.variables, straight.optimizer.variables, strict=True
    ):
        np.testing.assert_array_equal(one, other)
