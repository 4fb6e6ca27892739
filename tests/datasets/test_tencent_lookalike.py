"""The files are written by the tests, in the format of the raw ones."""

import numpy as np
import pandas as pd
import pytest

from tfmtl.audience import UserBase
from tfmtl.datasets import raw_table
from tfmtl.datasets import tencent_lookalike
from tfmtl.datasets.checks import TableError
from tfmtl.datasets.tencent_lookalike import CAMPAIGN_FIELDS
from tfmtl.datasets.tencent_lookalike import PAPER_PROTOCOL
from tfmtl.datasets.tencent_lookalike import USER_FIELDS

# Of ten campaigns these are not of train, by the paper's protocol.
CAMPAIGNS = np.arange(10) + 20
PARTS = PAPER_PROTOCOL.parts(CAMPAIGNS)
TRAIN, TEST = CAMPAIGNS[PARTS == "train"], CAMPAIGNS[PARTS == "test"]

LINES = {
    7: "uid 7|age 3|gender 1|marriageStatus 11 5|LBS 200|"
    "interest1 9 4 4|kw1 70000 3|ct 3 1|house 1",
    # Known from a campaign of the test alone, in fields of all kinds.
    8: "uid 8|age 4|LBS 100|interest1 5 9|os 2",
    9: "kw1 1 2 3 4 5 6 7|uid 9|gender 2|age 5",
}


def ads(campaigns=CAMPAIGNS):
    """A row for each campaign; the raw values are those of its id."""
    columns = {"aid": campaigns, "creativeId": campaigns * 7}
    columns |= {f: campaigns * 10 + n for n, f in enumerate(CAMPAIGN_FIELDS)}
    return pd.DataFrame(columns)


@pytest.fixture
def source(tmp_path):
    """User 7 and 9 are of a campaign of train; user 8 of the test alone."""
    folder = tmp_path / "raw"
    folder.mkdir()
    ads().to_csv(folder / "adFeature.csv", index=False)
    (folder / "userFeature.data").write_text("\n".join(LINES.values()) + "\n")
    rows = [(TRAIN[0], 7, 1), (TRAIN[0], 9, -1), (TEST[0], 8, 1)]
    pd.DataFrame(rows, columns=["aid", "uid", "label"]).to_csv(
        folder / "train.csv", index=False
    )
    # The file of the second stage has no header.
    second = [f"{TRAIN[0]},9,1", f"{TEST[0]},7,-1", f"{TEST[0]},1234,1"]
    (folder / "test1_truth.csv").write_text("\n".join(second) + "\n")
    return folder


def read(folder):
    users = UserBase(folder / "users").read()
    order = np.argsort(users["user_id"])
    return {name: column[order] for name, column in users.items()}


def test_ids_are_those_of_train_sorted_by_value(source, tmp_path):
    report = tencent_lookalike.prepare(source, tmp_path / "out")
    users = read(tmp_path / "out")
    assert users["user_id"].tolist() == [7, 8, 9]
    assert users["age"].tolist() == [1, 0, 2]  # 3 and 5; 4 is the test's
    assert users["LBS"].tolist() == [1, 0, 0]
    assert users["gender"].tolist() == [1, 0, 2]
    assert users["carrier"].tolist() == [0, 0, 0]
    np.testing.assert_array_equal(
        users["interest1"], [[2, 1, 1], [0, 2, 0], [0, 0, 0]]
    )
    # 1, 2, 3, 4, 5 of the seven, and 70000; the raw order of a list is kept.
    np.testing.assert_array_equal(
        users["kw1"], [[6, 3, 0, 0, 0], [0] * 5, [1, 2, 3, 4, 5]]
    )
    assert report.vocabulary_sizes["kw1"] == 7
    assert report.users == 3


def test_campaigns_have_parts_seeds_and_ids_of_train(source, tmp_path):
    report = tencent_lookalike.prepare(source, tmp_path / "out")
    about = pd.read_parquet(tmp_path / "out" / "campaigns.parquet")
    assert about["campaign_id"].tolist() == CAMPAIGNS.tolist()
    assert about["part"].tolist() == PARTS.tolist()
    assert report.campaigns == {"train": 5, "dev": 1, "test": 4}
    is_train = about["part"] == "train"
    for field in CAMPAIGN_FIELDS:
        assert about[field][is_train].tolist() == [1, 2, 3, 4, 5]
        assert set(about[field][~is_train]) == {0}
    seeds = about.set_index("campaign_id")["seeds"]
    assert seeds[[TRAIN[0], TEST[0], TEST[1]]].tolist() == [1, 1, 0]
    assert about["is_cold"].all()


def test_rows_of_unknown_users_and_repeated_ones_are_counted(source, tmp_path):
    report = tencent_lookalike.prepare(source, tmp_path / "out")
    rows = pd.read_parquet(tmp_path / "out" / "rows.parquet")
    assert rows.to_numpy().tolist() == [
        [TRAIN[0], 7, 1, 1],
        [TRAIN[0], 9, 0, 1],
        [TEST[0], 8, 1, 1],
        [TEST[0], 7, 0, 2],
    ]
    assert report.rows == {1: 3, 2: 1}
    assert report.unknown_users == {1: 0, 2: 1}
    assert report.repeated == {1: 0, 2: 1}


def test_six_tenths_of_the_campaigns_are_to_learn_from_and_choose_by():
    protocol = PAPER_PROTOCOL
    parts = protocol.parts(np.arange(172))
    counts = {p: int((parts == p).sum()) for p in ("train", "dev", "test")}
    assert counts["train"] + counts["dev"] == 103
    mixed = np.random.default_rng(0).permutation(172)
    np.testing.assert_array_equal(protocol.parts(mixed), parts[mixed])
    with pytest.raises(ValueError, match="below 1 together"):
        tencent_lookalike.Protocol(0.9, 0.1, most_seeds_of_cold=1)


def test_features_fit_what_was_written(source, tmp_path):
    tencent_lookalike.prepare(source, tmp_path / "out")
    features = tencent_lookalike.user_features(tmp_path / "out")
    UserBase(tmp_path / "out" / "users").check_features(features)
    assert [f.name for f in features] == list(USER_FIELDS)
    about = pd.read_parquet(tmp_path / "out" / "campaigns.parquet")
    for feature in tencent_lookalike.campaign_features(tmp_path / "out"):
        assert about[feature.name].max() == feature.vocabulary_size - 1
    columns = tencent_lookalike.read_users(tmp_path / "out", np.array([7, 9]))
    assert columns["age"].tolist() == [1, 2]
    assert columns["interest1"].shape == (2, 10)
    assert columns["kw1"].tolist() == [[6, 3, 0, 0, 0], [1, 2, 3, 4, 5]]


def test_users_are_written_in_files_of_some_size(source, tmp_path, monkeypatch):
    monkeypatch.setattr(raw_table, "_BLOCK_BYTES", 120)
    monkeypatch.setattr(raw_table, "_CHUNK_BYTES", 1)
    whole = tencent_lookalike.prepare(source, tmp_path / "one")
    parts = tencent_lookalike.prepare(source, tmp_path / "many", shard_rows=1)
    assert whole.vocabulary_sizes == parts.vocabulary_sizes
    assert len(list((tmp_path / "one" / "users").iterdir())) == 1
    assert len(list((tmp_path / "many" / "users").iterdir())) > 1
    one, many = read(tmp_path / "one"), read(tmp_path / "many")
    for name, column in one.items():
        np.testing.assert_array_equal(many[name], column)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("age 3", "Every user must have an id.*line=4, column='uid'"),
        ("uid 10 11", "must have one value.*line=4, column='uid'"),
        ("uid 10|age", r"joined by '\|'.*line=4, column='line'.*uid 10\|age"),
        ("uid 10|kw1 3  4", "whole numbers.*line=4"),
        ("uid 10|kw1 -3", "whole numbers.*line=4"),
        ("uid 10|age 1234567890", "9 digits.*line=4"),
        ("uid 10|age 1 2", "must have one value.*line=4, column='age'"),
        ("uid 10|kw1 1|kw1 2", "have a field once.*line=4, column='kw1'"),
        ("", "joined by.*line=4, column='line', value=b''"),
        ("uid 8|age 3", "stand in one line.*line=4, column='uid', value=8"),
    ],
)
def test_a_user_that_cannot_be_read_is_named(source, tmp_path, line, message):
    path = source / "userFeature.data"
    path.write_text("\n".join([*LINES.values(), line, "uid 99"]) + "\n")
    with pytest.raises(TableError, match="userFeature.data: .*" + message):
        tencent_lookalike.prepare(source, tmp_path / "out")
    assert {p.name for p in tmp_path.iterdir()} == {"raw"}


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("train.csv", "20,7,2", "1, -1 or 0.*line=5, column='label', value=b"),
        ("train.csv", "20,x,1", "whole number.*line=5, column='uid'.*b'x'"),
        ("train.csv", "20,7", "must have 3 columns.*line=5, columns=2"),
        ("test1_truth.csv", ",7,1", "line=4, column='aid', value=b''"),
        ("test1_truth.csv", "99,7,1", "in adFeature.csv.*row=3.*value=99"),
        ("adFeature.csv", "20" + ",1" * 7, "in one row.*row=10.*value=20"),
        ("adFeature.csv", "50" + ",-1" * 7, "from 0 to.*row=10.*value=-1"),
        ("adFeature.csv", "50" + ",x" * 7, "'x'"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(
    source, tmp_path, name, line, message
):
    with (source / name).open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(TableError, match=f"{name}: .*{message}"):
        tencent_lookalike.prepare(source, tmp_path / "out")
    assert {p.name for p in tmp_path.iterdir()} == {"raw"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("adFeature.csv", ""),
        ("userFeature.data", ""),
        ("train.csv", "aid,uid,label\n"),
        ("test1_truth.csv", ""),
    ],
)
def test_a_file_without_rows_is_refused(source, tmp_path, name, text):
    (source / name).write_text(text)
    with pytest.raises(TableError, match=f"{name}: .*must have rows.*rows=0"):
        tencent_lookalike.prepare(source, tmp_path / "out")


def test_refuses_folders_that_do_not_fit(source, tmp_path):
    with pytest.raises(ValueError, match="should be new, empty"):
        tencent_lookalike.prepare(source, source)
    with pytest.raises(ValueError, match="shard_rows=0"):
        tencent_lookalike.prepare(source, tmp_path / "out", shard_rows=0)
    (source / "train.csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"missing=\['train.csv'\]"):
        tencent_lookalike.prepare(source, tmp_path / "out")
