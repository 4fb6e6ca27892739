"""What TFX's Trainer runs, on a small transformed table."""

import os
import types

import numpy as np
import pytest
import tensorflow as tf

from pipeline.funnel import trainer

pytestmark = [
    pytest.mark.slow,
    # tensorflow-transform merges the counts of a column that is all missing.
    pytest.mark.filterwarnings("ignore:invalid value encountered in divide"),
    # Keras, of the first epoch over a stream of files.
    pytest.mark.filterwarnings("ignore:Your input ran out of data"),
]


@pytest.fixture(scope="module")
def files(raw, transform, tmp_path_factory):
    """The table, as the Transform component would write it."""
    path = str(tmp_path_factory.mktemp("rows") / "rows.gz")
    layer = transform.transform_features_layer()
    packed = layer({name: tf.constant(raw[[name]].to_numpy()) for name in raw})
    with tf.io.TFRecordWriter(path, "GZIP") as writer:
        for row in range(len(raw)):
            example = tf.train.Example()
            for name, column in packed.items():
                feature = example.features.feature[name]
                whole = column.dtype.is_integer
                kind = feature.int64_list if whole else feature.float_list
                kind.value.extend(column[row].numpy())
            writer.write(example.SerializeToString())
    return [path]


@pytest.fixture(scope="module")
def train(files, transform, tmp_path_factory):
    """Trains a model, and returns its folder."""

    def run(seed, base_model=None, **hyperparameters):
        folder = tmp_path_factory.mktemp("training")
        trainer.run_fn(
            types.SimpleNamespace(
                custom_config={
                    "model": "SharedBottom",
                    "model_name": "funnel",
                    "backup_dir": str(folder / "backup"),
                    "epochs": 1,
                    "batch_size": 64,
                    "seed": seed,
                },
                hyperparameters={"values": hyperparameters},
                transform_graph_path=os.path.dirname(
                    transform.transform_savedmodel_dir
                ),
                train_files=files,
                eval_files=files,
                base_model=base_model,
                model_run_dir=str(folder / "run"),
                serving_model_dir=str(folder / "model"),
            )
        )
        return str(folder / "model")

    return run


@pytest.fixture(scope="module")
def last(train):
    return train(seed=0)


def largest_distance(one, other):
    """Returns the greatest difference of any two weights."""
    pairs = zip(
        *(tf.saved_model.load(p).trainable_variables for p in (one, other)),
        strict=True,
    )
    return max(np.abs(a.numpy() - b.numpy()).max() for a, b in pairs)


def test_a_warm_training_begins_with_the_last_blessed_model(train, last):
    warm = train(seed=1, base_model=last, learning_rate=1e-7)
    assert largest_distance(warm, last) < 1e-5


def test_without_a_blessed_model_training_begins_anew(train, last):
    anew = train(seed=1, learning_rate=1e-7)
    assert largest_distance(anew, last) > 0.1


def test_a_last_model_of_another_size_is_refused(train, last):
    message = r"kernel of shape \(\d+, 128\), now .*\(\d+, 64\)"
    with pytest.raises(ValueError, match=message):
        train(seed=1, base_model=last, width=64)
