import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

import tfmtl
from tfmtl.features import pack

X = {"user": np.array([1, 2, 3]), "price": np.array([0.5, 1.5, 2.5], "f4")}
Y = {"click": np.array([1, 0, 1], "f4")}
NO_X = {name: column[:0] for name, column in X.items()}
NO_Y = {name: column[:0] for name, column in Y.items()}
METHODS = ("fit", "evaluate", "predict")


@pytest.fixture(scope="module")
def model():
    features = [
        tfmtl.CategoricalFeature("user", 9, embedding_dim=2),
        tfmtl.NumericFeature("price"),
    ]
    model = tfmtl.models.SharedBottom(
        features, [tfmtl.BinaryTask("click")], tower_units=(2,)
    )
    model.compile("sgd")
    return model


def called(model, method, x, y=None):
    labels = () if method == "predict" or y is None else (y,)
    return getattr(model, method)(x, *labels, verbose=0)


@pytest.mark.parametrize("method", METHODS)
def test_columns_without_rows_are_refused(model, method):
    message = f"`{method}` needs at least one row.*0 rows of feature 'user'"
    with pytest.raises(ValueError, match=message):
        called(model, method, NO_X, NO_Y)


@pytest.mark.parametrize("method", METHODS)
def test_an_empty_dataset_is_refused(model, method):
    data = tf.data.Dataset.from_tensor_slices((NO_X, NO_Y)).batch(2)
    with pytest.raises(ValueError, match=f"`{method}` needs.*an empty dataset"):
        called(model, method, data)


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
def test_evaluating_a_dataset_that_turns_out_empty_is_refused(model):
    data = tf.data.Dataset.from_tensor_slices((X, Y)).batch(2)
    with pytest.raises(ValueError, match="`evaluate` needs at least one row"):
        model.evaluate(data.filter(lambda x, y: False), verbose=0)


@pytest.mark.parametrize(
    "validation",
    [(NO_X, NO_Y), tf.data.Dataset.from_tensor_slices((NO_X, NO_Y)).batch(2)],
)
def test_validation_without_rows_is_refused_before_training(model, validation):
    before = model.get_weights()
    with pytest.raises(
        ValueError, match=r"fit\(validation_data=...\).*one row"
    ):
        model.fit(X, Y, validation_data=validation, verbose=0)
    for weight, start in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, start)


@pytest.mark.parametrize("method", METHODS)
def test_columns_of_different_lengths_are_refused_by_name(model, method):
    x = {**X, "price": X["price"][:2]}
    message = "3 rows of feature 'user', 2 of feature 'price'"
    with pytest.raises(ValueError, match=f"`{method}` should.*{message}"):
        called(model, method, x, Y)


def test_labels_of_another_length_are_refused_by_name(model):
    with pytest.raises(ValueError, match="3 rows of .*, 2 of label 'click'"):
        model.fit(X, {"click": Y["click"][:2]}, verbose=0)


TEXT = {
    "text": np.array(["a", "b", "c"]),
    "objects": np.array(["a", "b", "c"], object),
    "series": pd.Series(["a", "b", "c"]),
    "tensor": tf.constant(["a", "b", "c"]),
}


@pytest.mark.parametrize("kind", sorted(TEXT))
@pytest.mark.parametrize("method", METHODS)
def test_text_is_refused_with_the_name_of_the_feature(model, method, kind):
    with pytest.raises(
        ValueError, match="feature 'user' should.*StringLookup.*dtype=.*'?a'"
    ):
        called(model, method, {**X, "user": TEXT[kind]}, Y)


def test_text_in_a_dataset_is_refused(model):
    data = tf.data.Dataset.from_tensors(({**X, "price": TEXT["text"]}, Y))
    with pytest.raises(
        ValueError, match="feature 'price' should.*dtype=.*string"
    ):
        model.fit(data, verbose=0)


@pytest.mark.parametrize("dtype", ["category", "Int64", "string"])
def test_types_of_pandas_are_refused_with_a_remedy(model, dtype):
    column = pd.Series([1, 2, 3]).astype(dtype)
    with pytest.raises(ValueError, match=f"by `.astype`.*dtype={dtype}, first"):
        model.fit({**X, "user": column}, Y, verbose=0)


def test_labels_of_text_are_refused_with_the_name_of_the_task(model):
    labels = {"click": np.array(["1", "0", "1"])}
    with pytest.raises(ValueError, match="label 'click' should hold numbers"):
        model.fit(X, labels, verbose=0)


def test_a_series_of_lists_is_refused_with_a_remedy(model):
    column = pd.Series([[1, 2], [3, 4], [5, 6]])
    with pytest.raises(ValueError, match=r"'user' holds lists.*np.stack"):
        model.predict({**X, "user": column}, verbose=0)


@pytest.mark.parametrize("method", METHODS)
def test_a_dataset_that_is_not_batched_is_refused(model, method):
    data = tf.data.Dataset.from_tensor_slices((X, Y))
    with pytest.raises(ValueError, match=rf"`{method}` should be.*`.batch\("):
        called(model, method, data)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("method", METHODS)
def test_numbers_that_are_not_finite_are_refused_by_row(model, method, value):
    x = {**X, "price": np.array([1.0, value, 2.0])}
    with pytest.raises(
        ValueError, match=f"'price' should be finite.*{value} in row 1"
    ):
        called(model, method, x, Y)


def test_packed_numbers_that_are_not_finite_are_refused_by_feature(model):
    x = pack(model.features, {**X, "price": [1.0, 2.0, np.nan]})
    with pytest.raises(ValueError, match="feature 'price'.*nan in row 2"):
        model.predict(x, verbose=0)


def test_a_column_that_the_model_does_not_read_may_be_what_it_is(model):
    model.predict({**X, "other": np.full(3, np.nan)}, verbose=0)


@pytest.mark.parametrize("value", [-1, 2, 0.5, np.nan])
@pytest.mark.parametrize("method", ["fit", "evaluate"])
def test_labels_that_a_task_does_not_allow_are_refused(model, method, value):
    labels = {"click": np.array([0, 1, value])}
    with pytest.raises(
        ValueError, match=f"'click' should be 0 or 1.*{value}.* in row 2"
    ):
        called(model, method, X, labels)


def test_labels_of_validation_are_looked_at_wherever_they_are_given(model):
    bad = (X, {"click": np.array([0, 1, 2])})
    with pytest.raises(ValueError, match="'click' should be 0 or 1"):
        model.fit(X, Y, validation_data=bad, verbose=0)
    with pytest.raises(ValueError, match="'click' should be 0 or 1"):
        model.fit(X, Y, 3, 1, 0, None, 0.0, bad)


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
@pytest.mark.parametrize("method", ["fit", "evaluate"])
def test_row_weights_below_0_or_not_finite_are_refused(model, method, value):
    weight = np.array([1.0, 0.0, value])
    for given, whose in ((weight, "all tasks"), ({"click": weight}, "click")):
        with pytest.raises(ValueError, match=f"{value} in row 2, for {whose}"):
            getattr(model, method)(X, Y, sample_weight=given, verbose=0)


@pytest.mark.parametrize("method", ["fit", "train_on_batch"])
def test_weights_of_classes_are_refused_with_a_remedy(model, method):
    with pytest.raises(ValueError, match="set `positive_weight`.*{0: 1, 1: 5}"):
        getattr(model, method)(X, Y, class_weight={0: 1, 1: 5})


@pytest.mark.parametrize("name", ["model.h5", "model.hdf5"])
def test_a_file_that_could_not_be_loaded_is_not_written(model, name, tmp_path):
    with pytest.raises(ValueError, match="should end in '.keras'.*" + name):
        model.save(tmp_path / name)
    assert not list(tmp_path.iterdir())
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert type(loaded.optimizer) is type(model.optimizer)


def test_a_model_whose_file_names_no_optimizer_is_not_given_another(model):
    config = keras.saving.serialize_keras_object(model)
    del config["compile_config"]["optimizer"]
    with pytest.raises(ValueError, match="load it with `compile=False`"):
        keras.saving.deserialize_keras_object(config)


def test_good_data_pass_as_arrays_series_and_tensors(model):
    for convert in (np.asarray, pd.Series, tf.constant):
        columns = {name: convert(column) for name, column in X.items()}
        labels = {name: convert(column) for name, column in Y.items()}
        model.fit(columns, labels, verbose=0)
        model.evaluate(columns, labels, verbose=0)
        assert model.predict(columns, verbose=0)["click"].shape == (3, 1)


@pytest.mark.parametrize("units", [64, (8, 0), (-1,)])
def test_towers_of_no_or_one_size_are_refused_by_name(model, units):
    with pytest.raises(ValueError, match="`tower_units` should"):
        tfmtl.models.SharedBottom(
            model.features, model.tasks, tower_units=units
        )


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("SharedBottom", {"bottom_units": 8}),
        ("PIMM", {"bottom": 8}),
        ("MMoE", {"expert_units": 0}),
        ("MMoE", {"expert_units": (0,)}),
        ("MMoE", {"gate_units": 8}),
        ("MMoE", {"num_experts": 0}),
        ("PLE", {"expert_units": 8}),
        ("CGC", {"num_shared": 0}),
        ("CrossStitch", {"tower_units": 64}),
        ("MRAN", {"attention_units": 0}),
        ("ESM2", {"tower_units": (0,)}),
    ],
)
def test_sizes_are_refused_by_the_name_of_the_argument(
    model, path, name, options
):
    [argument] = options
    with pytest.raises(ValueError, match=f"`{argument}` should"):
        getattr(tfmtl.models, name)(model.features, path, **options)


def test_a_feature_or_task_alone_is_refused(model):
    user, click = model.features[0], model.tasks[0]
    with pytest.raises(
        ValueError, match=r"`features` should be a list.*'user'"
    ):
        tfmtl.models.SharedBottom(user, [click])
    with pytest.raises(ValueError, match=r"`tasks` should be a list.*'click'"):
        tfmtl.models.SharedBottom([user], click)
