import math

import numpy as np
import pyarrow as pa
import pytest
import tensorflow as tf

from pipeline.components.raw_column import RawColumn
from pipeline.components.raw_column import dump_columns
from pipeline.components.raw_column import load_columns
from tfmtl.datasets.checks import TableError


def encoded(column, values, arrow_type=None):
    return column.encode(pa.array(values, arrow_type)).to_pylist()


def test_writes_a_missing_text_as_the_empty_one():
    column = RawColumn("city", tf.string, optional=True)
    assert encoded(column, ["a", None]) == [[b"a"], [b""]]


def test_writes_a_missing_number_as_nan():
    column = RawColumn("price", tf.float32, optional=True)
    [[price], [missing]] = encoded(column, [1.5, None])
    assert price == 1.5
    assert math.isnan(missing)


def test_writes_small_integers_and_categories():
    assert encoded(RawColumn("age", tf.int64), [3], pa.int8()) == [[3]]
    texts = pa.array(["a", "b", "a"]).dictionary_encode()
    lists = RawColumn("city", tf.string).encode(texts)
    assert lists.to_pylist() == [[b"a"], [b"b"], [b"a"]]


@pytest.mark.parametrize(
    "column, values, received",
    [
        (RawColumn("age", tf.int64), [1, None], r"column='age'.*row=1"),
        (RawColumn("age", tf.int64), ["1", "x"], r"'age'.*row=1, value='x'"),
        (RawColumn("age", tf.int64), [1.0, 2.5], r"'age'.*row=1, value=2.5"),
        (RawColumn("price", tf.float32), [1.0, None], r"'price'.*row=1"),
        (RawColumn("price", tf.float32), ["dear"], r"row=0, value='dear'"),
        (RawColumn("city", tf.string), ["a", None], r"'city'.*row=1"),
        (RawColumn("city", tf.string), [7], r"row=0, value=7"),
        (RawColumn("price", tf.float32), [1.0, -1e39], r"row=1, value=-1e\+39"),
        (
            RawColumn("age", tf.int64),
            np.uint64([1, 2**63]),
            "row=1, value=922337",
        ),
        (
            RawColumn("city", tf.string, domain=("a", "b")),
            ["a", "b", "B", "c"],
            r"column='city', count=2, row=2, value='B', domain=\['a', 'b'\]",
        ),
    ],
)
def test_names_file_column_row_and_value(column, values, received):
    table = pa.chunked_array([pa.array(values)])
    with pytest.raises(TableError, match=rf"log.parquet: .*{received}"):
        column.check(table, "log.parquet")


def test_takes_what_may_be_missing():
    missing = pa.chunked_array([pa.array([None, "a"])])
    RawColumn("city", tf.string, optional=True).check(missing, "log.parquet")
    missing = pa.chunked_array([pa.array([None, 1.0])])
    price = RawColumn("price", tf.float32, optional=True)
    price.check(missing, "log.parquet")
    # Of a file in which all are missing, no type is known.
    price.check(pa.chunked_array([pa.nulls(2)]), "log.parquet")
    assert math.isnan(encoded(price, [None])[0][0])


def test_takes_texts_of_the_domain_in_any_type_of_text():
    column = RawColumn("city", tf.string, optional=True, domain=("a", "b"))
    texts = pa.array(["b", None, "a"])
    column.check(pa.chunked_array([texts]), "log.parquet")
    column.check(pa.chunked_array([texts.dictionary_encode()]), "log.parquet")
    with pytest.raises(TableError, match="row=0, value='b'"):
        RawColumn("city", tf.string, optional=True, domain=("a",)).check(
            pa.chunked_array([texts.dictionary_encode()]), "log.parquet"
        )


def test_refuses_infinity_also_where_values_may_be_missing():
    column = RawColumn("price", tf.float32, optional=True)
    with pytest.raises(TableError, match="row=1, value=inf"):
        column.check(pa.chunked_array([[1.0, math.inf]]), "log.parquet")


def test_comes_back_from_text():
    columns = (
        RawColumn("a", tf.int64),
        RawColumn("b", tf.string, True, domain=("x", "")),
    )
    assert load_columns(dump_columns(columns)) == columns


def test_refuses_other_types_and_optional_whole_numbers():
    with pytest.raises(ValueError, match="tf.int64, tf.float32 or tf.string"):
        RawColumn("age", tf.bool)
    with pytest.raises(ValueError, match="cannot be optional"):
        RawColumn("age", tf.int64, optional=True)
    with pytest.raises(ValueError, match="tf.string to have a domain"):
        RawColumn("age", tf.int64, domain=("1", "2"))


def test_refuses_two_columns_of_one_name():
    with pytest.raises(ValueError, match="a name of its own"):
        dump_columns([RawColumn("a", tf.int64), RawColumn("a", tf.string)])


def test_lists_of_one_length_become_one_feature():
    column = RawColumn("days", tf.float32, optional=True, length=2)
    values = pa.FixedSizeListArray.from_arrays(pa.array([1, 2, None, 4.0]), 2)
    [first, [missing, last]] = column.encode(values).to_pylist()
    assert first == [1.0, 2.0]
    assert math.isnan(missing) and last == 4.0
    assert load_columns(dump_columns([column])) == (column,)
    with pytest.raises(ValueError, match="1 or more.*length=0"):
        RawColumn("days", tf.float32, length=0)
