"""The files are written by the tests, in the format of the raw tables."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tfmtl.datasets import ali_ccp
from tfmtl.datasets import raw_table
from tfmtl.datasets.ali_ccp_schema import VOCABULARY_SIZES
from tfmtl.datasets.checks import TableError

FIELDS = ali_ccp.FIELDS
ALL = ali_ccp.Protocol(min_count=1, split=ali_ccp.RandomRows(0.0))


def entries(features):
    """Joins `[(field, id)]` as the raw tables do."""
    return "\x01".join(f"{field}\x02{id_}\x031.0" for field, id_ in features)


def write_part(folder, part, samples, common):
    """Writes both tables.

    Args:
        folder: Where to.
        part: "train" or "test".
        samples: `[(click, purchase, index, [(field, id)])]`.
        common: `{index: [(field, id)]}`.
    """
    lines = [
        f"{row},{click},{purchase},{index},{len(own)},{entries(own)}\n"
        for row, (click, purchase, index, own) in enumerate(samples, start=1)
    ]
    (folder / f"sample_skeleton_{part}.csv").write_text("".join(lines))
    lines = [
        f"{index},{len(own)},{entries(own)}\n" for index, own in common.items()
    ]
    (folder / f"common_features_{part}.csv").write_text("".join(lines))


def made_up(rows, seed):
    """Random tables: users of field 101, items of 205, one scenario."""
    draw = np.random.default_rng(seed)
    users = {
        f"user{user:x}": [("101", 1000 + user % 40), ("109_14", 5), ("121", 7)]
        for user in range(50)
    }
    samples = [
        (
            int(click),
            int(click and purchase),
            f"user{user:x}",
            [("205", 300 + item), ("301", 1), ("210", 8), ("301", 2)],
        )
        for click, purchase, user, item in zip(
            draw.random(rows) < 0.3,
            draw.random(rows) < 0.2,
            draw.integers(0, 50, rows),
            draw.integers(0, 30, rows),
            strict=True,
        )
    ]
    return samples, users


@pytest.fixture
def source(tmp_path):
    """A folder of 400 training and 100 test rows."""
    folder = tmp_path / "raw"
    folder.mkdir()
    write_part(folder, "train", *made_up(400, seed=0))
    write_part(folder, "test", *made_up(100, seed=1))
    return folder


@pytest.fixture
def prepare(tmp_path):
    """Writes tables, prepares them, and returns the report."""

    def run(train, test, common, protocol=ALL):
        folder = tmp_path / "raw"
        folder.mkdir(exist_ok=True)
        write_part(folder, "train", train, common)
        write_part(folder, "test", test, common)
        return ali_ccp.prepare(folder, tmp_path / "out", protocol)

    return run


def read(report, part):
    return pd.read_parquet(report.paths[part])


def test_ids_are_the_order_of_the_sorted_values(prepare):
    train = [(0, 0, "u", [("205", item)]) for item in (900, 20, 100, 20)]
    report = prepare(train, train[:1], {"u": [("101", 5)]})
    assert read(report, "train")["205"].tolist() == [3, 1, 2, 1]
    vocabulary = read(report, "vocabulary")
    items = vocabulary[vocabulary["field"] == "205"]
    assert items["value"].tolist() == [20, 100, 900]
    assert items["id"].tolist() == [1, 2, 3]


def test_writes_both_labels_and_the_fields_in_order(prepare):
    train = [(1, 1, "u", [("205", 1)]), (1, 0, "u", [("205", 1)])]
    report = prepare(train, train, {"u": [("101", 5)]})
    table = read(report, "train")
    assert tuple(table.columns) == ("click", "purchase", *FIELDS)
    assert table[["click", "purchase"]].to_numpy().tolist() == [[1, 1], [1, 0]]


def test_a_value_needs_its_occurrences_in_the_training_file(prepare):
    common = {"u": [("101", 5)]}
    train = [(0, 0, "u", [("205", 1)])] * 12 + [(0, 0, "u", [("205", 2)])] * 11
    test = [(0, 0, "u", [("205", item)]) for item in (1, 2, 2, 3)]
    aitm = ali_ccp.Protocol(ali_ccp.AITM_PROTOCOL.min_count, ALL.split)
    report = prepare(train, test, common, aitm)
    assert read(report, "train")["205"].tolist() == [1] * 12 + [0] * 11
    assert read(report, "test")["205"].tolist() == [1, 0, 0, 0]
    assert report.vocabulary_sizes["205"] == 2


def test_a_field_that_a_row_lacks_is_zero(prepare):
    train = [(0, 0, "u", [("205", 1)]), (0, 0, "u", [("206", 1)])]
    report = prepare(train, train, {"u": [("101", 5)]})
    assert read(report, "train")["205"].tolist() == [1, 0]
    assert report.vocabulary_sizes["853"] == 1


def test_a_common_entry_overrides_that_of_the_sample(prepare):
    train = [(0, 0, user, [("121", 50), ("205", 1)]) for user in ("u", "v")]
    common = {"u": [("121", 70)], "v": [("101", 1)]}
    report = prepare(train, train, common)
    assert read(report, "train")["121"].tolist() == [2, 1]


def test_the_last_of_two_common_rows_of_one_name_counts(prepare, tmp_path):
    common = {"u": [("121", 70)], "v": [("121", 80)], "w": [("121", 90)]}
    train = [(0, 0, user, [("205", 1)]) for user in "uvw"]
    prepare(train, train, common)
    raw = tmp_path / "raw" / "common_features_train.csv"
    raw.write_text(raw.read_text() + f"u,1,{entries([('121', 99)])}\n")
    report = ali_ccp.prepare(tmp_path / "raw", tmp_path / "out", ALL)
    assert read(report, "train")["121"].tolist() == [3, 1, 2]


def test_fields_that_are_not_used_are_passed_over(prepare):
    train = [(0, 0, "u", [("109_14", "x"), ("999", 1), ("205", 1), ("20", 4)])]
    report = prepare(train, train, {"u": [("150_14", 3)]})
    table = read(report, "train")
    assert table["205"].tolist() == [1]
    assert table[list(FIELDS)].to_numpy().sum() == 1


def test_a_purchase_without_a_click_is_dropped_and_counted(prepare):
    train = [(0, 1, "u", [("205", 1)]), (1, 1, "u", [("205", 2)])]
    report = prepare(train, train[:1] * 3 + train[1:], {"u": [("101", 5)]})
    assert report.dropped == {"train": 1, "test": 3}
    assert report.rows == {"train": 1, "dev": 0, "test": 1}
    assert report.vocabulary_sizes["205"] == 2


def test_aitm_sets_a_tenth_of_the_rows_aside(source, tmp_path):
    report = ali_ccp.prepare(source, tmp_path / "out", ali_ccp.AITM_PROTOCOL)
    assert report.rows["train"] + report.rows["dev"] == 400
    # Within three standard deviations of 40.
    assert 22 <= report.rows["dev"] <= 58
    assert report.rows["test"] == 100


def test_entity_sets_whole_users_aside(source, tmp_path):
    protocol = ali_ccp.Protocol(
        min_count=1, split=ali_ccp.ENTITY_PROTOCOL.split
    )
    report = ali_ccp.prepare(source, tmp_path / "out", protocol)
    train = set(read(report, "train")["101"])
    dev = set(read(report, "dev")["101"])
    assert train and dev and not train & dev


def test_random_rows_hash_to_the_fraction_and_the_seed():
    rows = np.arange(100_000)
    ten = ali_ccp.RandomRows(0.1)(rows, rows)
    other = ali_ccp.RandomRows(0.1, seed=1)(rows, rows)
    assert ten.mean() == pytest.approx(0.1, abs=0.005)
    assert (ten & other).mean() == pytest.approx(0.01, abs=0.002)


def test_chunks_of_any_size_give_the_same_rows(source, tmp_path, monkeypatch):
    protocol = ali_ccp.Protocol(min_count=3, split=ali_ccp.RandomRows(0.1))
    whole = ali_ccp.prepare(source, tmp_path / "whole", protocol)
    # A handful of lines a block.
    monkeypatch.setattr(raw_table, "_BLOCK_BYTES", 300)
    monkeypatch.setattr(raw_table, "_CHUNK_BYTES", 700)
    small = ali_ccp.prepare(source, tmp_path / "small", protocol, chunk_rows=7)
    assert whole.rows == small.rows
    for part in whole.paths:
        pd.testing.assert_frame_equal(read(whole, part), read(small, part))


def test_another_process_writes_the_same_bytes(source, tmp_path):
    here = ali_ccp.prepare(source, tmp_path / "here")
    code = (
        "import sys; from tfmtl.datasets import ali_ccp;"
        "ali_ccp.prepare(sys.argv[1], sys.argv[2])"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(source), str(tmp_path / "there")],
        env={**os.environ, "PYTHONHASHSEED": "7", "TF_CPP_MIN_LOG_LEVEL": "3"},
        check=True,
    )
    for path in here.paths.values():
        assert (
            path.read_bytes() == (tmp_path / "there" / path.name).read_bytes()
        )


def test_a_second_run_replaces_the_first(source, tmp_path):
    ali_ccp.prepare(source, tmp_path / "out", ALL)
    report = ali_ccp.prepare(source, tmp_path / "out", ali_ccp.AITM_PROTOCOL)
    assert len(read(report, "dev")) == report.rows["dev"] > 0
    assert {path.name for path in tmp_path.iterdir()} == {"raw", "out"}


def test_a_failed_run_leaves_the_output_of_the_one_before(source, tmp_path):
    before = ali_ccp.prepare(source, tmp_path / "out")
    rows = read(before, "train")
    (source / "sample_skeleton_test.csv").write_text("not,a,row\n")
    with pytest.raises(TableError):
        ali_ccp.prepare(source, tmp_path / "out", ALL)
    pd.testing.assert_frame_equal(read(before, "train"), rows)
    assert {path.name for path in tmp_path.iterdir()} == {"raw", "out"}


def test_a_folder_with_other_things_in_it_is_left_alone(source, tmp_path):
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "chapter.tex").write_text("words")
    with pytest.raises(ValueError, match="choose another folder.*thesis"):
        ali_ccp.prepare(source, other)
    assert (other / "chapter.tex").read_text() == "words"


def test_features_have_the_written_sizes(source, tmp_path):
    report = ali_ccp.prepare(source, tmp_path / "out", ALL)
    features = ali_ccp.features(tmp_path / "out", embedding_dim=6)
    assert [feature.name for feature in features] == list(FIELDS)
    sizes = {feature.name: feature.vocabulary_size for feature in features}
    assert sizes == report.vocabulary_sizes
    assert sizes["101"] == 41 and sizes["301"] == 2
    assert {feature.embedding_dim for feature in features} == {6}


def test_tasks_are_click_then_purchase():
    click, purchase = ali_ccp.TASKS
    assert (click.name, purchase.name, purchase.parent) == (
        "click",
        "purchase",
        "click",
    )


def test_missing_files_are_named(source, tmp_path):
    (source / "common_features_test.csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"\['common_features_test.csv"):
        ali_ccp.prepare(source, tmp_path / "out")


GOOD = "1,0,0,user1,1," + entries([("205", 1)])


@pytest.mark.parametrize(
    "line, message",
    [
        ("1,0,0,user1,1", "must have 6 columns.*line=3, columns=5"),
        ("", "must be 0 or 1.*line=3, column='click', value=b''"),
        ("1,2,0,user1,1," + entries([("205", 1)]), "line=3.*'click'.*b'2'"),
        ("1,0,,user1,1," + entries([("205", 1)]), "line=3.*'purchase'.*b''"),
        ("1,0,0,who,1," + entries([("205", 1)]), "line=3.*'common_.*b'who'"),
        ("1,0,0,user1,1,205", r"joined by.*line=3.*'features', value=b'205'"),
        ("1,0,0,user1,1,", "line=3, column='features', value=b''"),
        ("1,0,0,user1,1,205\x021", r"line=3.*value=b'205\\x021'"),
        (GOOD + "\x01", "joined by.*line=3"),
        (
            "1,0,0,user1,2," + entries([("121", 1), ("205", "x1")]),
            r"whole number.*line=3.*b'205\\x02x1\\x031.0'",
        ),
        ("1,0,0,user1,1," + entries([("205", "")]), "whole number.*line=3"),
        ("1,0,0,user1,1," + entries([("205", 2**31)]), "2147483647.*line=3"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(source, tmp_path, line, message):
    path = source / "sample_skeleton_train.csv"
    path.write_text("\n".join([GOOD, GOOD, line, GOOD]) + "\n")
    with pytest.raises(
        TableError, match="sample_skeleton_train.csv: .*" + message
    ):
        ali_ccp.prepare(source, tmp_path / "out")


def test_lines_are_counted_across_chunks(source, tmp_path, monkeypatch):
    monkeypatch.setattr(raw_table, "_BLOCK_BYTES", 300)
    monkeypatch.setattr(raw_table, "_CHUNK_BYTES", 700)
    path = source / "sample_skeleton_test.csv"
    path.write_text(f"{GOOD}\n" * 50 + "1,0,0,user1,1,205\n" + f"{GOOD}\n" * 9)
    with pytest.raises(TableError, match="line=51"):
        ali_ccp.prepare(source, tmp_path / "out")


@pytest.mark.parametrize("table", ["sample_skeleton", "common_features"])
def test_an_empty_file_is_refused(source, tmp_path, table):
    (source / f"{table}_train.csv").write_text("")
    with pytest.raises(TableError, match=f"{table}_train.csv: .*have rows"):
        ali_ccp.prepare(source, tmp_path / "out")


def test_knows_the_ids_of_the_published_preprocessing():
    shared = os.environ.get("TFMTL_SHARED_DATA")
    default = Path(__file__).parents[3] / "shared" / "data"
    folder = Path(shared) if shared else default
    path = folder / "ali_ccp_sample" / "paddlerec_aitm_train.csv"
    if not path.is_file():
        pytest.skip(f"{path} is not here; set TFMTL_SHARED_DATA to its folder")
    sample = pd.read_csv(path)
    assert tuple(sample.columns) == ("click", "purchase", *FIELDS)
    assert (sample[list(FIELDS)].max() < pd.Series(VOCABULARY_SIZES)).all()
