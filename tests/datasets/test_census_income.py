import gzip

import pytest

from tfmtl.datasets import census_income
from tfmtl.datasets.checks import TableError

# In the genuine format; the values are made up.
ROWS = """\
38, Private, 6, 36, High school graduate, 1200, Not in universe, \
Never married, Construction, Sales, White, NA, Female, No, \
Not in universe, Full-time schedules, 0, 0, 2500, Single, Not in universe, \
Utah, Householder, Householder, 1032.38, ?, ?, ?, Yes, ?, 4, \
Not in universe, Mexico, ?, Mexico, Native, 0, Not in universe, 2, 52, 95, \
- 50000.
51, Private, 6, 36, Bachelors degree(BA AB BS), 0, Not in universe, \
Divorced, Construction, Sales, White, All other, Male, No, \
Not in universe, Full-time schedules, 99, 0, 0, Single, Not in universe, \
Utah, Householder, Householder, 99.5, ?, ?, ?, Yes, ?, 4, \
Not in universe, Mexico, ?, Mexico, Native, 0, Not in universe, 2, 52, 94, \
50000+.
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "census-income.data"
    path.write_text(ROWS)
    return path


def test_labels_are_income_and_never_married(path):
    frame = census_income.read(path)
    assert frame["income_50k"].tolist() == [0, 1]
    assert frame["never_married"].tolist() == [1, 0]


def test_what_tells_a_label_or_weighs_a_row_is_no_input(path):
    columns = set(census_income.read(path).columns)
    assert not columns & {"income", "marital_status", "instance_weight"}
    assert len(columns) == 32 + 7 + 2


def test_numbers_are_numbers_and_codes_are_texts(path):
    frame = census_income.read(path)
    assert frame["age"].tolist() == [38, 51]
    assert frame["capital_gains"].tolist() == [0, 99]
    assert frame["detailed_industry_recode"].tolist() == ["6", "6"]
    assert frame["year"].tolist() == ["95", "94"]


def test_question_marks_are_missing(path):
    frame = census_income.read(path)
    assert frame["migration_code_change_in_msa"].isna().all()
    assert frame["hispanic_origin"].isna().tolist() == [True, False]


def test_a_compressed_file_is_found_and_read(path, tmp_path):
    packed = tmp_path / "census-income.test.gz"
    packed.write_bytes(gzip.compress(ROWS.encode()))
    found = census_income.find(tmp_path, "census-income.test")
    assert found == packed
    assert len(census_income.read(found)) == 2
    assert census_income.find(tmp_path, "other") is None


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("50000+.", "many", r"'income'.*row=1, value='many'"),
        ("38, Private", "old, Private", r"'age'.*row=0, value='old'"),
        (", 95, - 50000.", "", r"'income'.*row=0"),
        ("- 50000.", "- 50000., 7", "42 columns"),
    ],
)
def test_a_damaged_row_is_refused_with_its_place(path, before, after, message):
    path.write_text(ROWS.replace(before, after, 1))
    with pytest.raises(TableError, match=message):
        census_income.read(path)


def test_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "census-income.data"
    path.write_text("")
    with pytest.raises(TableError, match="income.data: .*must have rows"):
        census_income.read(path)
