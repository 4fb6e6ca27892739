import pickle

import numpy as np
import pandas as pd
import pytest

from tfmtl.datasets import checks
from tfmtl.features import CategoricalFeature
from tfmtl.tasks import BinaryTask
from tfmtl.tasks import CountTask

SOURCE = "log.csv"
TASKS = [
    BinaryTask("click"),
    BinaryTask("cart", parent="click"),
    BinaryTask("buy", parent="cart"),
]


def labels(click, cart, buy):
    return pd.DataFrame({"click": click, "cart": cart, "buy": buy})


@pytest.fixture
def path():
    """Four rows that end after none, one, two and three steps."""
    return labels([0, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 1])


def test_an_error_is_a_value_error_that_survives_pickling():
    error = checks.TableError.of(SOURCE, "Expected.", "Remedy.", row=3)
    assert isinstance(error, ValueError)
    assert str(pickle.loads(pickle.dumps(error))) == (
        "log.csv: Expected. Remedy. Received: row=3."
    )


def test_long_values_are_cut_in_the_message():
    error = checks.TableError.of(SOURCE, "A.", "B.", value="x" * 1000)
    assert len(str(error)) < 130


@pytest.mark.parametrize(
    "kind, column",
    [
        (checks.INTEGER, pd.Series([1, 2], dtype="int8")),
        (checks.INTEGER, pd.Series([1, 2], dtype="Int64")),
        (checks.NUMBER, pd.Series([1.5, np.nan])),
        (checks.NUMBER, pd.Series([True, False])),
        (checks.TEXT, pd.Series(["a", None])),
        (checks.TEXT, pd.Series(["a", "b"], dtype="category")),
        (checks.TEXT, pd.Series([None, None], dtype=object)),
        (checks.DATE, pd.Series(pd.to_datetime(["2017-01-01"]))),
    ],
)
def test_accepts_a_column_of_its_kind(kind, column):
    checks.check_columns(column.to_frame("c"), {"c": kind}, SOURCE)


def test_knows_categories_without_what_pandas_deprecates(monkeypatch):
    monkeypatch.delattr(pd.api.types, "is_categorical_dtype")
    assert checks.TEXT.accepts(pd.Series(["a"], dtype="category"))
    assert not checks.TEXT.accepts(pd.Series([1], dtype="category"))


@pytest.mark.parametrize(
    "kind, values, row, value",
    [
        (checks.INTEGER, [1.0, 2.0, np.nan], 2, "nan"),
        (checks.INTEGER, [1.0, 2.5, 3.5], 1, "2.5"),
        (checks.INTEGER, [1, "two", 3], 1, "'two'"),
        (checks.INTEGER, ["1", "2", "3"], 0, "'1'"),
        (checks.NUMBER, [1, 2, "x"], 2, "'x'"),
        (checks.TEXT, ["a", 5, "b"], 1, "5"),
        (checks.DATE, ["2017-01-01", "soon", "late"], 1, "'soon'"),
        (checks.DATE, pd.to_datetime(["2017-01-01", None]), 1, "NaT"),
    ],
)
def test_names_the_first_value_of_another_kind(kind, values, row, value):
    with pytest.raises(
        checks.TableError,
        match=f"log.csv: Column 'c' must hold {kind.description}.*convert|"
        f"Convert.*column='c'.*row={row}, value={value}",
    ) as caught:
        checks.check_columns(pd.DataFrame({"c": values}), {"c": kind}, SOURCE)
    assert f"row={row}, value={value}" in str(caught.value)


def test_a_missing_integer_of_the_nullable_type_is_named():
    column = pd.Series([1, None], dtype="Int64")
    with pytest.raises(checks.TableError, match="row=1, value=<NA>"):
        checks.check_columns(
            column.to_frame("c"), {"c": checks.INTEGER}, SOURCE
        )


@pytest.mark.parametrize(
    "check",
    [
        lambda frame: checks.check_columns(frame, {"c": checks.TEXT}, SOURCE),
        lambda frame: checks.check_numbers(frame, ["c"], SOURCE),
        lambda frame: checks.clip_ids(
            frame, [CategoricalFeature("c", 3, 4)], SOURCE
        ),
    ],
)
def test_columns_without_rows_are_refused(check):
    with pytest.raises(checks.TableError, match="must have rows.*rows=0"):
        check(pd.DataFrame({"c": pd.Series([], dtype="int64")}))


def test_a_column_that_stands_there_twice_is_refused(path):
    path = pd.concat([path, path[["cart"]]], axis=1)
    with pytest.raises(checks.TableError, match=r"repeated=\['cart'\]"):
        checks.check_labels(path, TASKS, SOURCE)
    with pytest.raises(checks.TableError, match=r"repeated=\['cart'\]"):
        checks.check_numbers(path, ["cart"], SOURCE)


def test_a_missing_column_is_named_with_its_likeliest_spelling():
    frame = pd.DataFrame({"user_id": [1], "clik": [0]})
    with pytest.raises(
        checks.TableError,
        match="log.csv: The table has no column 'click', 'price'. "
        "Did you mean 'clik' for 'click'.*'user_id'",
    ):
        checks.check_columns(
            frame, dict.fromkeys(["click", "price"], checks.NUMBER), SOURCE
        )


def test_labels_in_order_come_back_as_they_were(path):
    assert checks.check_labels(path, TASKS, SOURCE) is path


@pytest.mark.parametrize("bad", [2, -1, 0.5, np.nan, "1", None])
def test_a_label_outside_zero_and_one_is_counted_and_shown(path, bad):
    path = path.astype(object)
    path.loc[[1, 3], "buy"] = bad
    with pytest.raises(
        checks.TableError, match=r"'buy' must be.*count=2, rows=\[1, 3\]"
    ):
        checks.check_labels(path, TASKS, SOURCE)


def test_a_purchase_without_a_click_is_counted_and_shown(path):
    path.loc[[0, 1], "cart"] = 1
    path.loc[0, "buy"] = 1
    with pytest.raises(
        checks.TableError,
        match=r"'cart' = 1 must have its parent 'click' = 1.*repair=True.*"
        r"column='cart', count=1, rows=\[0\], value=1",
    ):
        checks.check_labels(path, TASKS, SOURCE)


def test_repair_sets_every_task_before_the_last_one_reached():
    frame = labels([0, 0, 1, 0], [0, 0, 0, 0], [1, 0, 1, 0])
    mended = checks.check_labels(frame, TASKS, SOURCE, repair=True)
    assert mended["click"].tolist() == [1, 0, 1, 0]
    assert mended["cart"].tolist() == [1, 0, 1, 0]
    assert mended.dtypes.equals(frame.dtypes)


def test_repair_leaves_the_given_table_alone():
    frame = labels([0, 0, 1], [0, 0, 0], [1, 0, 1])
    before = frame.copy()
    checks.check_labels(frame, TASKS, SOURCE, repair=True)
    pd.testing.assert_frame_equal(frame, before)


def test_rows_are_positions_whatever_the_index(path):
    path.index = [40, 30, 20, 10]
    path.iloc[0, 2] = 1
    path.iloc[0, 1] = 1
    with pytest.raises(checks.TableError, match=r"rows=\[0\]"):
        checks.check_labels(path, TASKS, SOURCE)


def test_an_empty_table_is_refused(path):
    with pytest.raises(checks.TableError, match="must have rows.*rows=0"):
        checks.check_labels(path.iloc[:0], TASKS, SOURCE)


def test_a_task_of_one_class_is_refused(path):
    path["buy"] = 0
    with pytest.raises(
        checks.TableError, match="'buy' must have rows of both.*value=0"
    ):
        checks.check_labels(path, TASKS, SOURCE)


def test_a_missing_label_column_is_named(path):
    with pytest.raises(checks.TableError, match="no column 'buy'"):
        checks.check_labels(path.drop(columns="buy"), TASKS, SOURCE)


def test_counts_may_be_any_finite_number():
    tasks = [CountTask("spend")]
    frame = pd.DataFrame({"spend": [12.5, 0.0]})
    checks.check_labels(frame, tasks, SOURCE)
    frame.loc[1, "spend"] = np.inf
    with pytest.raises(checks.TableError, match="'spend'.*row=1, value=inf"):
        checks.check_labels(frame, tasks, SOURCE)


def test_a_missing_number_is_named_with_its_row():
    frame = pd.DataFrame({"price": [1.0, np.nan, np.nan]})
    with pytest.raises(
        checks.TableError, match="fillna.*'price', count=2, row=1, value=nan"
    ):
        checks.check_numbers(frame, ["price"], SOURCE)


def test_an_optional_number_may_be_missing_but_not_infinite():
    frame = pd.DataFrame({"price": [1.0, np.nan, -np.inf]})
    checks.check_numbers(frame[:2], ["price"], SOURCE, optional=["price"])
    with pytest.raises(checks.TableError, match="infinity.*row=2, value=-inf"):
        checks.check_numbers(frame, ["price"], SOURCE, optional=["price"])


def test_ids_out_of_range_become_zero_and_are_reported_once():
    features = [
        CategoricalFeature("city", vocabulary_size=3, embedding_dim=4),
        CategoricalFeature("age", vocabulary_size=9, embedding_dim=4),
    ]
    frame = pd.DataFrame({"city": [2, 3, -1, 0], "age": [8, 1, 0, 3]})
    with pytest.warns(
        UserWarning,
        match=r"log.csv.*'city': 2 outside \[0, 3\).*row 1, value 3",
    ) as caught:
        clipped, counts = checks.clip_ids(frame, features, SOURCE)
    assert len(caught) == 1
    assert counts == {"city": 2, "age": 0}
    assert clipped["city"].tolist() == [2, 0, 0, 0]
    assert frame["city"].tolist() == [2, 3, -1, 0]
    assert clipped.dtypes.equals(frame.dtypes)


def test_good_ids_pass_in_silence():
    city = CategoricalFeature("city", vocabulary_size=3, embedding_dim=4)
    frame = pd.DataFrame({"city": [0, 1, 2]})
    clipped, counts = checks.clip_ids(frame, [city], SOURCE)
    pd.testing.assert_frame_equal(clipped, frame)
    assert counts == {"city": 0}


@pytest.mark.parametrize("kind", ["Int64", "int32", "uint8"])
def test_clipped_ids_keep_their_type(kind):
    city = CategoricalFeature("city", vocabulary_size=3, embedding_dim=4)
    frame = pd.DataFrame({"city": pd.Series([2, 9], dtype=kind)})
    with pytest.warns(UserWarning, match="row 1, value 9"):
        clipped, _ = checks.clip_ids(frame, [city], SOURCE)
    assert clipped["city"].tolist() == [2, 0]
    assert clipped["city"].dtype == kind


def test_counts_are_never_negative():
    frame = pd.DataFrame({"spend": [1.0, -2.0, -3.0]})
    with pytest.raises(
        checks.TableError,
        match=r"'spend' counts.*RegressionTask.*rows=\[1, 2\], value=-2.0",
    ):
        checks.check_labels(frame, [CountTask("spend")], SOURCE)
