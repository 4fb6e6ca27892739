import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet


@pytest.fixture
def write(tmp_path):
    def write_file(name, content):
        path = tmp_path / name
        if isinstance(content, pd.DataFrame):
            content.to_parquet(path)
        else:
            path.write_text(content, "utf-8")
        return path

    return write_file


@pytest.mark.parametrize(
    "ids", [[3, 11, 2**63 - 1, -4], ["b", "a", "011", "ä"]], ids=["int", "text"]
)
def test_ids_come_back_sorted_in_the_type_they_came_in(store, ids):
    store.add_seeds("spring", ids)
    seeds = store.seeds("spring")
    assert seeds.tolist() == sorted(ids)
    assert seeds.dtype == (np.int64 if isinstance(ids[0], int) else object)


def test_seeds_of_one_campaign_are_not_those_of_another(store):
    store.add_seeds("spring", [1, 2])
    store.add_seeds("summer", [2, 3])
    assert store.seeds("spring").tolist() == [1, 2]


def test_seeds_that_are_there_already_change_nothing(store):
    store.add_seeds("spring", [1, 2, 3])
    report = store.add_seeds("spring", np.array([3, 4]))
    assert (report.rows, report.added, report.duplicates) == (2, 1, 1)
    assert store.seeds("spring").tolist() == [1, 2, 3, 4]


def test_ids_of_another_type_than_the_stores_are_refused(store):
    store.add_seeds("spring", [1, 2])
    with pytest.raises(ValueError, match="one type.*string ids.*integer ids"):
        store.add_seeds("summer", ["1", "2"])
    assert len(store.seeds("summer")) == 0


@pytest.mark.parametrize(
    "ids", [5, "abc", [1.5, 2.5], [1, "a"], [[1], [2]], [True, False]]
)
def test_what_are_no_ids_is_refused(store, ids):
    with pytest.raises(ValueError, match="`ids` should"):
        store.add_seeds("spring", ids)


def test_a_seed_that_is_there_twice_is_named_and_nothing_added(store):
    with pytest.raises(ValueError, match=r"there once.*row=2, value='5'"):
        store.add_seeds("spring", [5, 6, 5])
    assert len(store.seeds("spring")) == 0


def test_a_missing_seed_is_named_and_nothing_added(store):
    with pytest.raises(ValueError, match=r"have a user id.*row=1"):
        store.add_seeds("spring", [5, None, 6])
    assert len(store.seeds("spring")) == 0


def test_bad_seeds_go_to_quarantine_by_option(store):
    report = store.add_seeds("spring", [5, None, 5, 6], quarantine=True)
    assert (report.added, report.quarantined) == (2, 2)
    aside = store.quarantined(report.batch)
    assert aside["row"].tolist() == [1, 2]
    assert aside["value"].tolist() == ["None", "'5'"]
    assert store.seeds("spring").tolist() == [5, 6]


def test_unknown_seeds_are_counted_named_and_refused(store):
    with pytest.raises(ValueError, match=r"2 of 4 seeds.*\[98, 99\]"):
        store.add_seeds("spring", [1, 98, 2, 99], known=range(10))
    assert len(store.seeds("spring")) == 0


def test_unknown_seeds_are_left_out_above_the_stated_share(store):
    report = store.add_seeds(
        "spring", [1, 98, 2, 3], known=range(10), min_known=0.75
    )
    assert (report.added, report.unknown) == (3, 1)
    assert store.seeds("spring").tolist() == [1, 2, 3]


@pytest.mark.parametrize("percent", [7, 29, 57, 90, 95])
def test_the_stated_share_itself_is_enough(store, percent):
    report = store.add_seeds(
        "spring", range(100), known=range(percent), min_known=percent / 100
    )
    assert report.added == percent


def test_too_few_seeds_are_refused(store):
    with pytest.raises(ValueError, match="1 seeds; min_seeds=2"):
        store.add_seeds("spring", [1])
    assert len(store.seeds("spring")) == 0
    store.add_seeds("spring", [1, 2])
    assert store.add_seeds("spring", [3]).added == 1


@pytest.mark.parametrize("min_known", [0, 1.1, float("nan")])
def test_a_share_that_is_none_is_refused(store, min_known):
    with pytest.raises(ValueError, match="`min_known` should be a share"):
        store.add_seeds("spring", [1, 2], min_known=min_known)


def test_files_of_all_kinds_say_the_same(store, write):
    files = [
        write("seeds.csv", "name,user_id\nA,3\nB, 14 \n"),
        write("seeds.txt", "3\n14\n"),
        write("seeds.parquet", pd.DataFrame({"user_id": [3, 14]})),
    ]
    for number, path in enumerate(files):
        store.create_campaign(f"of file {number}")
        store.ingest_seeds(f"of file {number}", path)
        assert store.seeds(f"of file {number}").tolist() == [3, 14]


def test_text_is_taken_as_polars_writes_it(store, tmp_path):
    ids = pa.array(["a", "b"], pa.large_string())
    parquet.write_table(pa.table({"user_id": ids}), tmp_path / "seeds.parquet")
    store.ingest_seeds("spring", tmp_path / "seeds.parquet")
    assert store.seeds("spring").tolist() == ["a", "b"]


def test_numbers_with_leading_zeros_are_text(store, write):
    store.ingest_seeds("spring", write("seeds.txt", "007\n14\n"))
    assert store.seeds("spring").tolist() == ["007", "14"]


def test_numbers_of_a_file_are_text_where_the_known_ids_are(store, write):
    path = write("seeds.csv", "user_id\n14\n3\n")
    store.ingest_seeds("spring", path, known=["14", "3", "x"])
    assert store.seeds("spring").tolist() == ["14", "3"]


def test_the_same_file_twice_changes_nothing_whatever_its_name(store, write):
    first = store.ingest_seeds("spring", write("a.txt", "1\n2\n"))
    again = store.ingest_seeds("spring", write("b.txt", "1\n2\n"))
    assert again.is_repeated and not first.is_repeated
    assert (again.batch, again.added) == (first.batch, 2)
    assert store.ingest_seeds("summer", write("b.txt", "1\n2\n")).added == 2


def test_a_bad_row_of_a_file_is_named_and_the_file_refused(store, write):
    store.add_seeds("summer", [1, 2])
    path = write("seeds.csv", "user_id\n1\n2\nx3\n4\n")
    with pytest.raises(ValueError, match=r"seeds.csv: .*row=2, value='x3'"):
        store.ingest_seeds("spring", path)
    assert len(store.seeds("spring")) == 0
    report = store.ingest_seeds("spring", path, quarantine=True)
    assert (report.rows, report.added, report.quarantined) == (4, 3, 1)


def test_a_row_that_ends_in_a_comma_is_taken_by_its_columns(store, write):
    path = write("seeds.csv", "user_id,clicks\n11,1,\n12,2,\n")
    store.ingest_seeds("spring", path)
    assert store.seeds("spring").tolist() == [11, 12]


def test_a_row_that_is_longer_than_the_first_line_is_named(store, write):
    path = write("seeds.csv", "user_id\n11\n12\n13,9\n")
    with pytest.raises(
        ValueError, match=r"no more fields.*row=2, value='13,9'"
    ):
        store.ingest_seeds("spring", path)
    report = store.ingest_seeds("spring", path, quarantine=True)
    assert (report.rows, report.added, report.quarantined) == (3, 2, 1)


def test_a_blank_line_of_a_file_is_named(store, write):
    path = write("seeds.csv", "user_id,name\n1,A\n\n2,B\n")
    with pytest.raises(ValueError, match=r"have a user id.*row=1"):
        store.ingest_seeds("spring", path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("seeds.csv", "id\n1\n", "no column 'user_id'"),
        ("seeds.csv", "user_id\n", "must have rows"),
        ("seeds.csv", "", "no column 'user_id'"),
        ("seeds.csv", 'user_id\n"1\n2\n', "should be whole"),
        ("seeds.txt", "", "must have rows"),
        ("seeds.parquet", "no parquet", "should be whole"),
        ("seeds.xlsx", "1", "CSV, Parquet or text"),
        ("seeds.parquet", pd.DataFrame({"user_id": [1.5]}), "whole numbers or"),
    ],
)
def test_a_file_that_is_no_list_is_refused(
    store, write, name, content, message
):
    with pytest.raises(ValueError, match=message):
        store.ingest_seeds("spring", write(name, content))


def test_a_file_in_another_encoding_is_refused(store, tmp_path):
    path = tmp_path / "seeds.txt"
    path.write_bytes("für\nmich\n".encode("latin-1"))
    with pytest.raises(ValueError, match="UTF-8.*byte=1"):
        store.ingest_seeds("spring", path)


def test_a_file_that_is_not_there_is_refused(store, tmp_path):
    with pytest.raises(ValueError, match="should be a file"):
        store.ingest_seeds("spring", tmp_path / "none.csv")


def test_opting_out_twice_is_as_good_as_once(store):
    assert store.opt_out([9, 4]) == 2
    assert store.opt_out([4, 4, 5]) == 1
    assert store.opted_out().tolist() == [4, 5, 9]


def test_a_missing_id_of_one_who_opts_out_is_refused(store):
    with pytest.raises(ValueError, match=r"Nothing was taken in\. Received"):
        store.opt_out(["a", None])
    assert len(store.opted_out()) == 0
