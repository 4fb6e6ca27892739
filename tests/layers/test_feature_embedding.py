import numpy as np
import pytest
import tensorflow as tf

from tfmtl import CategoricalFeature
from tfmtl import NumericFeature
from tfmtl.layers import FeatureEmbedding

USER = CategoricalFeature("user", 3, embedding_dim=2)
ITEM = CategoricalFeature("item", 2, embedding_dim=2)
TAGS = CategoricalFeature("tags", 3, embedding_dim=2, max_length=3)


def columns(**values):
    return {name: tf.constant(value) for name, value in values.items()}


def numbered(features, **options):
    """Returns the layer with row k of the fused table being [k, 10 * k]."""
    layer = FeatureEmbedding(features, **options)
    layer.build()
    rows = np.arange(sum(f.vocabulary_size for f in features))
    layer.set_weights([np.stack([rows, 10 * rows], axis=1)])
    return layer


def test_moves_each_field_by_its_offset():
    output = numbered([USER, ITEM])(columns(user=[2, 0], item=[1, 0]))
    # The users take rows 0 to 2 of the table, the items rows 3 and 4.
    np.testing.assert_array_equal(
        output, [[[2, 20], [4, 40]], [[0, 0], [3, 30]]]
    )


def test_takes_one_matrix_for_all_fields():
    layer = numbered([USER, ITEM])
    np.testing.assert_array_equal(
        layer(tf.constant([[2, 1]])), layer(columns(user=[2], item=[1]))
    )


@pytest.mark.parametrize("wrong", [-1, 3, 2**40])
def test_takes_ids_outside_the_vocabulary_as_unknown(wrong):
    output = numbered([USER, ITEM])(tf.constant([[wrong, 1]], tf.int64))
    np.testing.assert_array_equal(output, [[[0, 0], [4, 40]]])


def test_means_over_the_ids_that_are_not_zero():
    output = numbered([USER, TAGS])(
        columns(user=[0, 0], tags=[[1, 2, 0], [0, 0, 0]])
    )
    # Tags 1 and 2 are rows 4 and 5: mean 4.5. No tag: the zero vector.
    np.testing.assert_array_equal(output[:, 1], [[4.5, 45], [0, 0]])


def test_gradient_is_sparse():
    layer = numbered([USER, ITEM])
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(tf.constant([[2, 1], [2, 0]])))
    gradient = tape.gradient(loss, layer.table.value)
    assert isinstance(gradient, tf.IndexedSlices)
    np.testing.assert_array_equal(gradient.indices, [2, 4, 2, 3])


def test_penalises_each_row_of_the_batch_once_in_training_only():
    layer = numbered([USER, ITEM], row_l2=0.5)
    ids = tf.constant([[1, 1], [1, 1]])
    with tf.GradientTape() as tape:
        layer(ids, training=True)
        (loss,) = layer.losses
    # Rows 1 and 4: 0.5 / 2 * (1 + 100 + 16 + 1600).
    assert float(loss) == pytest.approx(429.25)
    assert isinstance(tape.gradient(loss, layer.table.value), tf.IndexedSlices)
    layer(ids, training=False)
    assert layer.losses == []


def test_starts_with_a_deviation_of_one_hundredth():
    layer = FeatureEmbedding([CategoricalFeature("id", 1000, 16)])
    layer.build()
    assert np.std(layer.table.numpy()) == pytest.approx(0.01, rel=0.05)


def test_refuses_fields_of_two_widths_and_numbers():
    wide = CategoricalFeature("wide", 3, embedding_dim=5)
    with pytest.raises(ValueError, match="FeatureConcatenation.*'wide'"):
        FeatureEmbedding([USER, wide])
    with pytest.raises(ValueError, match="NumericFeature"):
        FeatureEmbedding([USER, NumericFeature("price")])
    with pytest.raises(ValueError, match="FeatureConcatenation.*'price'"):
        FeatureEmbedding([NumericFeature("price"), USER])


def test_takes_features_from_a_generator():
    layer = FeatureEmbedding(feature for feature in (USER, ITEM))
    assert layer.features == (USER, ITEM)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"user": tf.constant([1])}, "lack feature 'item'"),
        (tf.constant([[1, 1, 1]]), r"\(batch, 2\).*\(1, 3\)"),
        (tf.constant([[1.0, 1.0]]), "should be integers.*float32"),
        (
            {"user": tf.constant([[1, 1]]), "item": tf.constant([1])},
            r"'user'.*\(batch, 1\).*\(1, 2\)",
        ),
    ],
)
def test_refuses_inputs_that_do_not_fit(inputs, message):
    with pytest.raises(ValueError, match=message):
        numbered([USER, ITEM])(inputs)


@pytest.mark.parametrize("kind", ["int8", "uint8", "int16", "uint16", "int64"])
def test_takes_integers_of_every_width_and_mixtures(kind):
    big = CategoricalFeature("big", 300, embedding_dim=2)
    layer = numbered([big, ITEM])
    ids, items = np.array([100, 2], kind), np.array([1, 0], "int32")
    expected = [[[100, 1000], [301, 3010]], [[2, 20], [300, 3000]]]
    for given in ({"big": ids, "item": items}, np.stack([ids, items], 1)):
        np.testing.assert_array_equal(layer(given), expected)
    same = {"big": ids, "item": items.astype(kind)}
    np.testing.assert_array_equal(layer(same), expected)


def test_names_the_feature_that_is_text():
    text = {"user": tf.constant(["a"]), "item": tf.constant([1])}
    with pytest.raises(ValueError, match="'user'.*a vocabulary.*dtype=string"):
        numbered([USER, ITEM])(text)


def test_takes_columns_of_unknown_rank():
    layer = numbered([USER, ITEM])
    unknown = tf.TensorSpec(None, tf.int64)
    by_name = tf.function(
        lambda user, item: layer({"user": user, "item": item})
    )
    traced = by_name.get_concrete_function(unknown, unknown)
    for users in ([2, 0], [[2], [0]]):
        output = traced(
            tf.constant(users, tf.int64), tf.constant([1, 0], tf.int64)
        )
        np.testing.assert_array_equal(output[:, 0], [[2, 20], [0, 0]])
    matrix = tf.function(layer).get_concrete_function(unknown)
    np.testing.assert_array_equal(
        matrix(tf.constant([[2, 1]], tf.int64)), [[[2, 20], [4, 40]]]
    )
