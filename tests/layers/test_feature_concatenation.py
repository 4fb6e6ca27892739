import numpy as np
import pytest
import tensorflow as tf

from tfmtl import CategoricalFeature
from tfmtl import NumericFeature
from tfmtl import SequenceFeature
from tfmtl import features as features_lib
from tfmtl.layers import FeatureConcatenation

FEATURES = [
    CategoricalFeature("a", 3, embedding_dim=1),
    CategoricalFeature("b", 3, embedding_dim=2),
    NumericFeature("x"),
    CategoricalFeature("c", 2, embedding_dim=1),
]
COLUMNS = {
    "a": tf.constant([1, 2]),
    "b": tf.constant([0, 2]),
    "x": tf.constant([0.5, -1.0]),
    "c": tf.constant([1, 0]),
}


def numbered(**options):
    """Returns the layer with row k of each table being k, times 10 in `b`."""
    layer = FeatureConcatenation(FEATURES, **options)
    layer.build()
    layer.set_weights(
        [
            np.arange(5.0)[:, None],
            np.tile(10 * np.arange(3.0)[:, None], 2),
        ]
    )
    return layer


def test_orders_by_width_and_puts_numbers_last():
    # a and c share the table of width 1; c's rows start at 3.
    expected = [[1, 4, 0, 0, 0.5], [2, 3, 20, 20, -1.0]]
    np.testing.assert_array_equal(numbered()(COLUMNS), expected)


def test_packed_inputs_give_the_same():
    layer = numbered()
    packed = features_lib.pack(FEATURES, COLUMNS)
    np.testing.assert_array_equal(layer(packed), layer(COLUMNS))


def test_sums_the_fields_of_one_width_on_demand():
    expected = [[5, 0, 0, 0.5], [5, 20, 20, -1.0]]
    np.testing.assert_array_equal(numbered(sum_fields=True)(COLUMNS), expected)


def test_numbers_alone_are_enough():
    layer = FeatureConcatenation([NumericFeature("x"), NumericFeature("y")])
    output = layer({"x": tf.constant([1.0]), "y": tf.constant([[2.0]])})
    np.testing.assert_array_equal(output, [[1.0, 2.0]])


def test_tables_of_two_widths_start_different_under_one_seed():
    layer = FeatureConcatenation(FEATURES, seed=0)
    layer.build()
    one, two = (embedding.table.numpy() for embedding in layer.embeddings)
    assert not np.allclose(one.ravel()[:5], two.ravel()[:5])


def test_the_steps_of_a_sequence_stand_side_by_side():
    features = [
        CategoricalFeature("a", 3, embedding_dim=2),
        SequenceFeature("s", 3, vocabulary_size=4, embedding_dim=2),
        CategoricalFeature("t", 2, embedding_dim=2, max_length=2),
    ]
    layer = FeatureConcatenation(features)
    layer.build()
    layer.set_weights([np.tile(np.arange(9.0)[:, np.newaxis], 2)])
    columns = {
        "a": tf.constant([2]),
        "s": tf.constant([[3, 0, 1]]),
        "t": tf.constant([[0, 1]]),
    }
    # The rows of s start at 3, those of t at 7.
    expected = [[2, 2, 6, 6, 3, 3, 4, 4, 8, 8]]
    packed = features_lib.pack(features, columns)
    for inputs in (columns, packed):
        np.testing.assert_array_equal(layer(inputs), expected)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ids": tf.zeros((2, 4), tf.int64)}, r"\(batch, 3\); pack.*\(2, 4\)"),
        ({"numbers": tf.zeros((2, 2))}, r"\(batch, 1\); pack.*\(2, 2\)"),
        ({"ids": None}, r"have 'ids'; pack.*Received: \['numbers'\]"),
        ({"numbers": None}, r"have 'numbers'; pack.*Received: \['ids'\]"),
    ],
)
def test_refuses_what_was_packed_with_other_features(changes, message):
    packed = {**features_lib.pack(FEATURES, COLUMNS), **changes}
    packed = {name: part for name, part in packed.items() if part is not None}
    with pytest.raises(ValueError, match=message):
        numbered()(packed)


@pytest.mark.parametrize("shape", [(2, 3), (2, 1, 1)])
def test_refuses_a_numeric_column_of_another_shape(shape):
    with pytest.raises(ValueError, match="feature 'x' should.*shape=.2, "):
        numbered()({**COLUMNS, "x": tf.zeros(shape)})


def test_refuses_missing_numbers():
    with pytest.raises(ValueError, match=r"lack features \['x'\]"):
        numbered()({name: COLUMNS[name] for name in "abc"})
