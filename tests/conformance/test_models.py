"""Promises that every public model keeps."""

import functools
import inspect
import json
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfmtl
from tests.conformance import cases
from tfmtl import models
from tfmtl.datasets import synthetic

FIRST = cases.PATH[0].name


@pytest.fixture(params=sorted(cases.MODELS))
def name(request):
    return request.param


@pytest.fixture
def make(name):
    def maker(**options):
        return cases.MODELS[name](cases.FEATURES, cases.PATH, **options)

    return maker


def tensors(inputs):
    return {name: tf.constant(column) for name, column in inputs.items()}


@functools.cache
def trained_once(name):
    """Returns one trained model of a kind, for tests that leave it alone."""
    return trained(
        functools.partial(cases.MODELS[name], cases.FEATURES, cases.PATH),
        seed=3,
    )


def trained(make, run_eagerly=True, **options):
    # Eager unless the graph matters: to trace a step takes seconds.
    model = make(**options)
    model.compile(tfmtl.optimizers.LazyAdam(0.01), run_eagerly=run_eagerly)
    model.fit(
        cases.columns(64),
        cases.labels(64),
        batch_size=16,
        shuffle=False,
        verbose=0,
    )
    return model


def assert_equal_predictions(one, other, **tolerance):
    inputs = tensors(cases.columns(9, seed=1))
    expected, actual = one(inputs), other(inputs)
    assert sorted(actual) == sorted(expected)
    for task, prediction in expected.items():
        np.testing.assert_allclose(actual[task], prediction, **tolerance)


def test_every_public_model_has_a_case():
    public = [getattr(models, name) for name in models.__all__]
    final = [
        item.__name__
        for item in public
        if issubclass(item, keras.Model) and not inspect.isabstract(item)
    ]
    concrete = set(final) - {"PathModel", "TowerModel"}
    assert sorted(cases.MODELS) == sorted(concrete)


def test_predicts_a_probability_per_task(make):
    outputs = make()(tensors(cases.columns()))
    for task in cases.PATH:
        prediction = outputs[task.name].numpy()
        assert prediction.shape == (cases.ROWS, 1)
        assert np.all((prediction > 0) & (prediction < 1))


def test_takes_a_batch_of_one_and_packed_inputs(make):
    model = make()
    one = model(tensors(cases.columns(1)))
    packed = tfmtl.features.pack(cases.FEATURES, cases.columns(1))
    for task, prediction in model(tensors(packed)).items():
        assert prediction.shape == (1, 1)
        np.testing.assert_array_equal(prediction, one[task])


def test_configuration_makes_the_round_trip(make):
    model = make(seed=3)
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(model)))
    restored = keras.saving.deserialize_keras_object(config)
    assert type(restored) is type(model)
    assert json.dumps(restored.get_config()) == json.dumps(model.get_config())


def test_what_is_neither_true_nor_false_is_refused_as_a_flag(name, make):
    flags = [
        parameter.name
        for base in getattr(models, name).__mro__
        if "__init__" in vars(base) and base.__module__.startswith("tfmtl.")
        for parameter in inspect.signature(base.__init__).parameters.values()
        if isinstance(parameter.default, bool)
    ]
    for flag in set(flags) - {"hand_on"}:  # no argument of a final class
        with pytest.raises(ValueError, match=f"`{flag}` should be True or Fa"):
            make(**{flag: "false"})


def test_same_seed_gives_the_same_model(name, make):
    keras.utils.set_random_seed(7)  # another state of the global generators
    assert_equal_predictions(trained_once(name), trained(make, seed=3))


def test_saved_model_file_predicts_the_same_and_trains_on(name, tmp_path):
    model = trained_once(name)
    model.save(tmp_path / "model.keras")
    restored = keras.models.load_model(tmp_path / "model.keras")
    assert_equal_predictions(model, restored)
    predictions = restored.predict(cases.columns(9), verbose=0)
    for task, expected in model(tensors(cases.columns(9))).items():
        np.testing.assert_allclose(predictions[task], expected, rtol=1e-5)
    assert restored.optimizer.iterations == model.optimizer.iterations
    for saved, kept in zip(
        restored.optimizer.variables, model.optimizer.variables, strict=True
    ):
        np.testing.assert_array_equal(saved, kept)
    restored.fit(cases.columns(16), cases.labels(16), verbose=0)


def test_saved_weights_predict_the_same(name, make, tmp_path):
    model = trained_once(name)
    model.save_weights(tmp_path / "model.weights.h5")
    restored = make()
    restored.build()
    restored.load_weights(tmp_path / "model.weights.h5")
    assert_equal_predictions(model, restored)


def test_eager_training_equals_traced_training(make):
    weights = []
    for run_eagerly in (True, False):
        model = make(seed=0)
        if getattr(model, "dropout", 0):
            model = make(seed=0, dropout=0.0)
        model.compile(keras.optimizers.SGD(0.1), run_eagerly=run_eagerly)
        model.fit(
            cases.columns(8),
            cases.labels(8),
            batch_size=4,
            shuffle=False,
            verbose=0,
        )
        weights.append(model.get_weights())
    for eager, traced in zip(*weights, strict=True):
        np.testing.assert_allclose(eager, traced, rtol=1e-4, atol=1e-6)


def test_trains_in_mixed_precision(make):
    model = trained(make, dtype="mixed_bfloat16")
    outputs = model(tensors(cases.columns()))
    assert all(output.dtype == tf.float32 for output in outputs.values())
    assert all(w.dtype == "float32" for w in model.trainable_weights)
    assert all(np.all(np.isfinite(w)) for w in model.get_weights())


def test_compiling_builds_every_part(make):
    # Under several replicas Keras cannot build what is left over.
    model = make()
    model.compile(tfmtl.optimizers.LazyAdam())
    assert all(layer.built for layer in model._flatten_layers())
    assert model.optimizer.built


@pytest.mark.slow
def test_trains_under_a_distribution_strategy(make):
    with tf.distribute.MirroredStrategy(["/cpu:0"]).scope():
        model = trained(make, run_eagerly=False)
    assert model.optimizer.iterations == 4


_TWO_REPLICAS = """
import contextlib
import keras
import numpy as np
import tensorflow as tf
import tfmtl
from tfmtl import models

cpu = tf.config.list_physical_devices("CPU")[0]
two = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, two)
features = [
    tfmtl.CategoricalFeature("user", 9, embedding_dim=4),
    tfmtl.NumericFeature("price"),
]
tasks = [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("buy", parent="click")]
# Rows 0 to 3 go to one replica, rows 4 to 7 to the other: user 1 to both.
x = {
    "user": np.array([1, 1, 2, 3, 1, 4, 4, 0]),
    "price": np.linspace(-1, 1, 8, dtype="float32"),
}
y = {
    "click": np.array([1, 0, 1, 1, 0, 0, 1, 0], "float32"),
    "buy": np.array([1, 0, 0, 1, 0, 0, 0, 0], "float32"),
}

def step(optimizer, scope):
    with scope:
        model = models.SharedBottom(features, tasks, seed=0)
        model.compile(optimizer())
    # Twice, as the second step reads the moments of the first.
    model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    return model.get_weights()

for optimizer in (
    # Adam does not tell gradients of one scale from those of another.
    lambda: keras.optimizers.SGD(0.5),
    lambda: tfmtl.optimizers.LazyAdam(0.01, epsilon=1e-3),
):
    strategy = tf.distribute.MirroredStrategy(["/cpu:0", "/cpu:1"])
    assert strategy.num_replicas_in_sync == 2
    expected = step(optimizer, contextlib.nullcontext())
    actual = step(optimizer, strategy.scope())
    for two_devices, one in zip(actual, expected, strict=True):
        np.testing.assert_allclose(two_devices, one, rtol=1e-3, atol=1e-5)
"""


@pytest.mark.slow
def test_a_step_of_two_replicas_equals_the_step_of_one_device():
    # The number of logical devices is fixed once TensorFlow has started.
    run = subprocess.run(
        [sys.executable, "-c", _TWO_REPLICAS], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr[-2000:]


def test_predictions_outside_training_do_not_depend_on_labels(make):
    model = make()
    inputs = tensors(cases.columns())
    without = model(inputs)
    for value in (0.0, 1.0):
        labels = {
            task.name: tf.fill((cases.ROWS, 1), value) for task in cases.PATH
        }
        for task, prediction in model(inputs, labels=labels).items():
            np.testing.assert_array_equal(prediction, without[task])


def test_a_task_does_not_see_its_own_label(make):
    inputs = tensors(cases.columns())
    last = cases.PATH[-1].name
    predictions = []
    for value in (0.0, 1.0):
        labels = tensors(cases.labels())
        labels[last] = tf.fill((cases.ROWS, 1), value)
        model = make(seed=0)
        outputs = model(inputs, labels=labels, training=True)
        predictions.append(outputs[last])
    np.testing.assert_array_equal(*predictions)


def test_gradients_of_the_tables_reach_the_optimizer_sparse(make):
    model = make()
    received = []

    class Recorder(tfmtl.optimizers.LazyAdam):
        def apply(self, gradients, variables=None):
            received.extend(zip(gradients, variables, strict=True))
            return super().apply(gradients, variables)

    model.compile(Recorder(), run_eagerly=True)
    model.fit(cases.columns(4), cases.labels(4), verbose=0)
    tables = [gradient for gradient, v in received if v.name == "table"]
    assert tables
    assert all(isinstance(g, tf.IndexedSlices) for g in tables)


@pytest.mark.slow
def test_loss_falls_on_a_planted_path(name):
    path = synthetic.conversion_path(2000, steps=3, rates=(0.5, 0.3, 0.2))
    model = cases.MODELS[name](path.features, path.tasks, seed=0)
    model.compile(tfmtl.optimizers.LazyAdam(0.01))
    options = {"verbose": 0, "return_dict": True}
    before = model.evaluate(path.x, path.y, **options)
    model.fit(path.x, path.y, batch_size=100, epochs=3, verbose=0)
    after = model.evaluate(path.x, path.y, **options)
    assert after["loss"] < before["loss"] - 0.1
    for task in path.tasks:
        assert after[f"{task.name}_auc"] > 0.7


@pytest.mark.parametrize("name", cases.SEQUENTIAL)
@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        (cases.PATH[:1], "at least two tasks"),
        ([cases.PATH[0], tfmtl.BinaryTask("other")], "set parent='click'"),
        (list(reversed(cases.PATH)), "stands before it"),
        (
            [cases.PATH[0], tfmtl.CountTask("visits", parent="click")],
            "make 'visits' a BinaryTask",
        ),
    ],
)
def test_sequential_models_refuse_tasks_off_the_path(name, tasks, message):
    with pytest.raises(ValueError, match=message):
        cases.MODELS[name](cases.FEATURES, tasks)


@pytest.mark.parametrize(
    "name", sorted({*cases.MODELS} - {*cases.SEQUENTIAL, *cases.OF_THREE_TASKS})
)
def test_other_models_take_a_single_task(name):
    model = cases.MODELS[name](cases.FEATURES, cases.PATH[:1])
    assert list(model(tensors(cases.columns()))) == [FIRST]


@pytest.mark.parametrize("name", cases.SEQUENTIAL)
def test_sequential_models_take_two_tasks(name):
    model = cases.MODELS[name](cases.FEATURES, cases.PATH[:2])
    outputs = model(tensors(cases.columns()))
    assert {"click", "cart"} <= set(outputs)


_LOAD = """
import sys
import numpy as np
import tensorflow as tf
folder = sys.argv[1]
inputs = dict(np.load(folder + "/inputs.npz"))
for name in sys.argv[2:]:
    served = tf.saved_model.load(f"{folder}/{name}")
    outputs = served.serve({k: tf.constant(v) for k, v in inputs.items()})
    np.savez(f"{folder}/{name}.npz", **outputs)
assert not any(module.startswith("tfmtl") for module in sys.modules)
"""


@pytest.mark.slow
def test_exports_take_no_labels_and_load_without_this_package(tmp_path):
    inputs = cases.columns()
    np.savez(tmp_path / "inputs.npz", **inputs)
    signature = {
        name: tf.TensorSpec([None, *column.shape[1:]], column.dtype)
        for name, column in inputs.items()
    }
    expected = {}
    for name, maker in cases.MODELS.items():
        model = maker(cases.FEATURES, cases.PATH)
        expected[name] = model(tensors(inputs))
        archive = keras.export.ExportArchive()
        archive.track(model)
        archive.add_endpoint("serve", model, input_signature=[signature])
        archive.write_out(str(tmp_path / name), verbose=False)
    subprocess.run(
        [sys.executable, "-c", _LOAD, str(tmp_path), *cases.MODELS],
        check=True,
        cwd=tmp_path,
    )
    for name, outputs in expected.items():
        with np.load(tmp_path / f"{name}.npz") as served:
            for task, prediction in outputs.items():
                np.testing.assert_allclose(served[task], prediction, rtol=1e-5)


# All of the few rows are clicked.
@pytest.mark.filterwarnings("ignore:A task without rows of both classes")
def test_takes_flat_columns_and_then_columns_of_width_one():
    flat, labels = cases.columns(), cases.labels()
    wide = {n: c if c.ndim == 2 else c[:, np.newaxis] for n, c in flat.items()}
    model = cases.MODELS["SharedBottom"](cases.FEATURES, cases.PATH)
    model.compile("sgd")
    for columns in (flat, wide):
        model.fit(columns, labels, verbose=0)
        model.evaluate(columns, labels, verbose=0)
    np.testing.assert_array_equal(
        model.predict(flat, verbose=0)["cart"],
        model.predict(wide, verbose=0)["cart"],
    )
