import numpy as np
import pytest
import tensorflow as tf

from tfmtl import CategoricalFeature
from tfmtl import NumericFeature
from tfmtl import SequenceFeature
from tfmtl.features import pack
from tfmtl.layers import FeatureStack

FEATURES = [
    NumericFeature("price"),
    CategoricalFeature("user", 3, embedding_dim=2),
    CategoricalFeature("tags", 3, embedding_dim=1, max_length=2),
    CategoricalFeature("item", 2, embedding_dim=2),
]
COLUMNS = {
    "price": np.array([0.5, 0.0], np.float32),
    "user": np.array([1, 2]),
    "tags": np.array([[1, 2], [0, 2]]),
    "item": np.array([1, 0]),
}
# By hand: users and items in one table, tags in another, then the kernel
# that widens tags, then the vector of the price.
TABLE = [[0.0, 0.0], [1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]
TAGS = [[0.0], [2.0], [4.0]]
WIDEN = [[1.0, 10.0]]
PRICE = [[6.0, -8.0]]
EXPECTED = [
    # user, item, tags: (2 + 4) / 2 widened, price: 0.5 times its vector
    [[1.0, 2.0], [7.0, 8.0], [3.0, 30.0], [3.0, -4.0]],
    [[3.0, 4.0], [5.0, 6.0], [4.0, 40.0], [0.0, 0.0]],
]


@pytest.fixture
def stack():
    stack = FeatureStack(FEATURES)
    stack.build()
    for weight, value in (
        (stack.concatenation.embeddings[0].table, TABLE),
        (stack.concatenation.embeddings[1].table, TAGS),
        (stack.kernels[1], WIDEN),
        (stack.vectors, PRICE),
    ):
        weight.assign(value)
    return stack


def test_gives_every_feature_a_vector_of_the_widest_width(stack):
    columns = {name: tf.constant(c) for name, c in COLUMNS.items()}
    np.testing.assert_allclose(stack(columns), EXPECTED)


def test_takes_packed_inputs(stack):
    packed = {n: tf.constant(c) for n, c in pack(FEATURES, COLUMNS).items()}
    np.testing.assert_allclose(stack(packed), EXPECTED)


def test_says_which_row_is_which_feature(stack):
    assert list(stack.field_names) == ["user", "item", "tags", "price"]


def test_features_of_the_wanted_width_are_not_multiplied(stack):
    assert stack.kernels[0] is None
    wider = FeatureStack(FEATURES, units=5)
    wider.build()
    assert [kernel.shape for kernel in wider.kernels] == [(2, 5), (1, 5)]


def test_numbers_alone_need_a_width():
    numbers = [NumericFeature("price"), NumericFeature("age")]
    columns = {"price": tf.constant([1.0]), "age": tf.constant([2.0])}
    assert FeatureStack(numbers, units=3)(columns).shape == (1, 2, 3)
    with pytest.raises(ValueError, match="`units` should say.*units=None"):
        FeatureStack(numbers)


def test_refuses_a_width_that_is_not_positive():
    with pytest.raises(ValueError, match="`units` should be positive.*units=0"):
        FeatureStack(FEATURES, units=0)


def test_takes_a_sequence_as_the_mean_of_its_steps():
    sequence = SequenceFeature("tags", 2, vocabulary_size=3, embedding_dim=1)
    bag = CategoricalFeature("tags", 3, embedding_dim=1, max_length=2)
    columns = {"tags": tf.constant(COLUMNS["tags"])}
    one, other = FeatureStack([sequence], seed=0), FeatureStack([bag], seed=0)
    np.testing.assert_array_equal(one(columns), other(columns))
    assert one.get_config()["features"][0]["class_name"] == "SequenceFeature"


def test_steps_side_by_side_are_brought_to_the_width_by_a_kernel():
    days = SequenceFeature("days", 2, vocabulary_size=3, embedding_dim=1)
    stack = FeatureStack([days, *FEATURES], flatten_sequences=True)
    stack.build()
    assert stack.field_names == ["tags", "user", "item", "price", "days"]
    of_days, of_users = stack.concatenation.embeddings
    of_days.table.assign([[0.0], [1.0], [2.0], *TAGS])
    of_users.table.assign(TABLE)
    stack.sequence_kernels[0].assign([[1.0, 0.0], [10.0, 1.0]])
    columns = {**COLUMNS, "days": np.array([[1, 2], [2, 0]])}
    for inputs in (columns, pack(stack.features, columns)):
        rows = stack({name: tf.constant(c) for name, c in inputs.items()})
        # 1 * (1, 0) + 2 * (10, 1), and 2 * (1, 0) + 0 * (10, 1).
        np.testing.assert_allclose(rows[:, 4], [[21.0, 2.0], [2.0, 0.0]])
        np.testing.assert_allclose(rows[:, 1], TABLE[1:3])
    alone = FeatureStack([days], units=3, flatten_sequences=True)
    assert alone({"days": columns["days"]}).shape == (2, 1, 3)
    assert len(alone.trainable_weights) == 2
