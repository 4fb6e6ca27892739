import numpy as np
import pytest
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
from tensorflow_transform.tf_metadata import dataset_metadata

import tfmtl
from pipeline.advertiser import columns
from pipeline.advertiser import preprocessing
from pipeline.advertiser import samples as samples_lib
from pipeline.advertiser.recipe import make_model
from pipeline.components.export import export
from tfmtl import features as features_lib
from tfmtl.datasets import windows

pytestmark = pytest.mark.slow
DAYS = columns.SPEC.history


@pytest.fixture(scope="module")
def raw(facts, advertisers, scenarios, split):
    """Samples of the training split, as requests with labels."""
    cut = windows.cut(facts, columns.SPEC, split.train)
    rows = samples_lib.request(
        samples_lib.described(cut, advertisers, scenarios)
    )
    labels = {name: cut[name][:, np.newaxis] for name in columns.SPEC.tasks}
    return {**rows, **labels}


@pytest.fixture(scope="module")
def transform(raw, tmp_path_factory):
    """What the Transform component would write, learned from `raw`."""
    folder = tmp_path_factory.mktemp("transform")
    specs = {
        column.name: tf.io.FixedLenFeature([column.length], column.dtype)
        for column in columns.COLUMNS
    }
    specs |= {
        name: tf.io.FixedLenFeature([1], tf.float32)
        for name in columns.SPEC.tasks
    }
    metadata = dataset_metadata.DatasetMetadata.from_feature_spec(specs)
    rows = [
        {name: values[row] for name, values in raw.items()}
        for row in range(len(raw["scenario"]))
    ]
    with tft_beam.Context(temp_dir=str(folder / "temp")):
        function = (rows, metadata) | tft_beam.AnalyzeDataset(
            preprocessing.preprocessing_fn
        )
        _ = function | tft_beam.WriteTransformFn(str(folder / "graph"))
    return tft.TFTransformOutput(str(folder / "graph"))


@pytest.fixture(scope="module")
def layer(transform):
    return transform.transform_features_layer()


@pytest.fixture(scope="module")
def packed(raw, layer):
    return layer({name: tf.constant(values) for name, values in raw.items()})


@pytest.fixture(scope="module")
def features(transform):
    return preprocessing.model_features(transform, 4, 4)


@pytest.fixture(scope="module")
def served(transform, features, tmp_path_factory):
    """The signatures of an untrained model that was exported."""
    path = str(tmp_path_factory.mktemp("export"))
    model = make_model("M2M", features, columns.TASKS, seed=0)
    model.build()
    export(
        model,
        transform,
        columns.COLUMNS,
        path,
        "advertiser",
        told=[preprocessing.SCENARIO_KNOWN],
    )
    return tf.saved_model.load(path)


def ask(served, raw, rows=3, **changed):
    inputs = {
        column.name: tf.constant(raw[column.name][:rows])
        for column in columns.COLUMNS
    }
    inputs |= {name: tf.constant(values) for name, values in changed.items()}
    answers = served.signatures["predict_raw"](**inputs)
    return {name: values.numpy() for name, values in answers.items()}


def test_packs_one_column_per_day_and_feature(packed, features, raw):
    sizes = [
        feature.vocabulary_size
        for feature in features
        if not isinstance(feature, features_lib.NumericFeature)
        for _ in range(features_lib.id_width(feature))
    ]
    ids = packed[features_lib.IDS].numpy()
    assert ids.shape == (len(raw["scenario"]), len(sizes))
    assert (ids >= 0).all() and (ids < sizes).all()


def test_days_unknown_and_without_any_have_ids_of_their_own(packed, raw):
    ids = packed[features_lib.IDS].numpy()
    for number, name in enumerate(columns.SPEC.histories):
        mine = ids[:, number * DAYS : (number + 1) * DAYS]
        days = raw[name]
        assert np.isnan(days).any() and (days == 0).any()
        np.testing.assert_array_equal(mine == 0, np.isnan(days))
        np.testing.assert_array_equal(mine == 1, days == 0)
        # More of it is never a lower bucket.
        order = np.argsort(days[days > 0])
        assert (np.diff(mine[days > 0][order]) >= 0).all()


def test_labels_are_in_the_order_of_the_tasks(packed, raw):
    labels = [raw[name] for name in columns.SPEC.tasks]
    np.testing.assert_array_equal(
        packed[preprocessing.LABELS], np.concatenate(labels, axis=1)
    )


def test_the_scenario_stands_in_its_column(packed, raw):
    ids = packed[features_lib.IDS].numpy()[:, preprocessing.scenario_column()]
    pairs = set(zip(raw["scenario"][:, 0], ids, strict=True))
    assert {number for _, number in pairs} == {1, 2, 3, 4, 5}


def test_an_unseen_scenario_is_flagged_and_told_by_its_attributes(served, raw):
    known = ask(served, raw)
    assert known["scenario_known"].tolist() == [[1]] * 3
    new = {"scenario": np.full((3, 1), 77)}
    plain = ask(served, raw, **new)
    assert plain["scenario_known"].tolist() == [[0]] * 3
    coupon = ask(served, raw, **new, coupon=np.ones((3, 1), np.int64))
    for task in columns.SPEC.tasks:
        assert np.isfinite(plain[task]).all()
        assert not np.allclose(plain[task], coupon[task], rtol=1e-6)


def test_an_answer_does_not_depend_on_the_other_rows(served, raw):
    together = ask(served, raw, rows=7)
    alone = ask(served, raw, rows=1)
    for name, values in alone.items():
        np.testing.assert_allclose(together[name][:1], values, rtol=1e-5)


def test_examples_are_answered_as_named_rows_are(served, raw):
    batch = samples_lib.record_batch(
        {name: _flat(raw[name][:3]) for name in raw}, columns.COLUMNS
    )
    from tfx_bsl.coders import example_coder

    examples = example_coder.RecordBatchToExamplesEncoder().encode(batch)
    answers = served.signatures["serving_default"](examples=tf.stack(examples))
    for name, values in ask(served, raw).items():
        np.testing.assert_allclose(answers[name], values, rtol=1e-5)


def _flat(values):
    return values[:, 0] if values.shape[1] == 1 else values


def test_broken_numbers_are_answered_as_unknown(served, raw):
    days = np.full((3, DAYS), np.inf, np.float32)
    for answer in ask(served, raw, history_baskets=days).values():
        assert np.isfinite(answer).all()


@pytest.mark.parametrize("name", ["MMoE", "SharedBottom", "SingleTask"])
def test_other_models_take_the_same_features(name, features, packed):
    model = make_model(name, features, columns.TASKS, seed=0)
    inputs = {
        key: packed[key][:2] for key in (features_lib.IDS, features_lib.NUMBERS)
    }
    assert set(model(inputs)) == set(columns.SPEC.tasks)
    assert isinstance(model, tfmtl.models.MultiTaskModel)
