import types

import numpy as np
import pytest
import tensorflow as tf

from pipeline.advertiser import columns
from pipeline.advertiser import preprocessing
from pipeline.advertiser import training
from pipeline.advertiser.recipe import make_model
from tfmtl.datasets.windows.targets import scaled_tasks
from tfmtl.features import CategoricalFeature
from tfmtl.features import NumericFeature
from tfmtl.features import SequenceFeature
from tfmtl.models import M2M

ROWS = 2000
WIDTH = preprocessing.scenario_column() + 3
TASKS = len(columns.TASKS)
SPEC = {
    "ids": tf.io.FixedLenFeature([WIDTH], tf.int64),
    "numbers": tf.io.FixedLenFeature([1], tf.float32),
    "labels": tf.io.FixedLenFeature([TASKS], tf.float32),
    "scenario_known": tf.io.FixedLenFeature([1], tf.int64),
}
TRANSFORM = types.SimpleNamespace(transformed_feature_spec=SPEC.copy)


def example(labels):
    values = {"ids": [7] * WIDTH, "labels": labels, "scenario_known": [1]}
    row = tf.train.Example()
    for name, numbers in {**values, "numbers": [0.5]}.items():
        feature = row.features.feature[name]
        if SPEC[name].dtype == tf.int64:
            feature.int64_list.value.extend(numbers)
        else:
            feature.float_list.value.extend(numbers)
    return row.SerializeToString()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Rows of ids 7, whose labels are 1, 2, ... by task, half of them 0."""
    path = str(tmp_path_factory.mktemp("rows") / "rows.gz")
    some = example([2.0 * n for n in range(1, TASKS + 1)])
    with tf.io.TFRecordWriter(path, "GZIP") as writer:
        for row in range(ROWS):
            writer.write(some if row % 2 else example([0.0] * TASKS))
    return [path]


def config(**options):
    return training.TrainingConfig("M2M", "advertiser", "backup", **options)


def epochs(data, count):
    return [
        np.concatenate([inputs["ids"].numpy() for inputs, _ in data])
        for _ in range(count)
    ]


def test_mean_labels_are_those_of_all_rows(files):
    means, rows = training.label_means(files, TRANSFORM)
    assert rows == ROWS
    assert list(means.values()) == list(range(1, TASKS + 1))


def test_a_task_that_is_all_zero_is_refused(tmp_path):
    path = str(tmp_path / "rows.gz")
    with tf.io.TFRecordWriter(path, "GZIP") as writer:
        writer.write(example([1.0] * (TASKS - 1) + [0.0]))
    with pytest.raises(ValueError, match="'active_days' should be above 0"):
        scaled_tasks(*training.label_means([path], TRANSFORM))


def test_a_share_of_the_rows_forgets_its_scenario_and_nothing_else(files):
    data = training.read(files, TRANSFORM, config(forget=0.2), shuffle=True)
    first, second = epochs(data, 2)
    column = preprocessing.scenario_column()
    forgotten = first[:, column] == 0
    assert 0.15 < forgotten.mean() < 0.25
    assert (np.delete(first, column, axis=1) == 7).all()
    # Other rows in the next epoch.
    assert (forgotten != (second[:, column] == 0)).mean() > 0.1


def test_what_is_forgotten_is_that_of_the_seed(files):
    one, again, other = (
        epochs(training.read(files, TRANSFORM, config(seed=seed), True), 1)[0]
        for seed in (0, 0, 1)
    )
    assert (one == again).all()
    assert (one != other).any()


def test_nothing_is_forgotten_when_the_model_is_judged(files):
    data = training.read(files, TRANSFORM, config(), shuffle=False)
    assert (epochs(data, 1)[0] == 7).all()
    _, labels = next(iter(data))
    assert list(labels) == list(columns.SPEC.tasks)
    assert labels["baskets"].shape == (256, 1)


@pytest.mark.parametrize("name", ["M2M", "MMoE", "SharedBottom", "SingleTask"])
def test_every_model_takes_the_features_of_the_job(name):
    features = [
        *(SequenceFeature(n, 40, 5, 4) for n in columns.SPEC.histories),
        *(CategoricalFeature(n, 5, 4) for n in preprocessing.CATEGORICAL),
        *(NumericFeature(n) for n in columns.PROFILE_NUMBERS),
    ]
    model = make_model(name, features, columns.TASKS, seed=0)
    assert tuple(model.task_names) == columns.SPEC.tasks
    if isinstance(model, M2M):
        assert model.scenario_features == preprocessing.SCENARIO_FEATURES
        assert model.sequences == columns.SEQUENCES
