import logging

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfmtl
from pipeline.components import warm_start

VALUES = {"city": ["Bonn", "Ulm"]}


def model_of(seed):
    model = tfmtl.models.PIMM(
        [
            tfmtl.CategoricalFeature("city", 3, 4),
            tfmtl.NumericFeature("price"),
        ],
        [
            tfmtl.BinaryTask("click"),
            tfmtl.BinaryTask("buy", parent="click"),
        ],
        tower_units=(4,),
        seed=seed,
    )
    model.compile(tfmtl.optimizers.LazyAdam(0.1))
    return model


@pytest.fixture(scope="module")
def last():
    """A model that has been trained."""
    model = model_of(seed=1)
    rows = {"city": np.array([1, 2]), "price": np.array([0.5, 1.5])}
    labels = {"click": np.array([1, 1]), "buy": np.array([1, 0])}
    model.fit(rows, labels, verbose=0)
    return model


@pytest.fixture(scope="module")
def base_model(last, tmp_path_factory):
    """Folder of the SavedModel of `last`."""
    path = str(tmp_path_factory.mktemp("last"))
    inputs = last.example_inputs()
    specs = {
        name: tf.TensorSpec([None, *column.shape[1:]], column.dtype, name=name)
        for name, column in inputs.items()
    }
    archive = keras.export.ExportArchive()
    archive.track(last)
    archive.add_endpoint(
        "serve", lambda rows: last(rows, training=False), [specs]
    )
    archive.write_out(path, verbose=False)
    warm_start.write_values(path, VALUES)
    return path


def test_training_begins_with_the_weights_of_the_last_model(
    last, base_model, caplog
):
    model = model_of(seed=2)
    with caplog.at_level(logging.INFO):
        warm_start.start_from(base_model, model, {"city": ["Ulm", "Oslo"]})
    rows = {"price": np.array([0.5])}
    expected = last.predict_on_batch({**rows, "city": np.array([2])})
    found = model.predict_on_batch({**rows, "city": np.array([1])})
    for task in ("click", "buy"):
        np.testing.assert_array_equal(found[task], expected[task])
    assert "begins with the last blessed model, which knows 1 of 2 values" in (
        caplog.text
    )


def test_without_a_last_model_the_weights_stay_as_they_are(caplog):
    model = model_of(seed=2)
    before = model.get_weights()
    with caplog.at_level(logging.INFO):
        warm_start.start_from(None, model, VALUES)
    for was, now in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(was, now)
    assert not caplog.text


def test_a_last_model_that_does_not_tell_its_values_is_refused(tmp_path):
    with pytest.raises(ValueError, match="`warm_start` off.*no such file"):
        warm_start.start_from(str(tmp_path), model_of(seed=2), VALUES)
