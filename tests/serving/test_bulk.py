import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import serving
from serving import bulk


@pytest.fixture
def rows(columns, tmp_path):
    """Writes rows with ids to a file, and returns its path."""

    def write(name="0.parquet", **changes):
        frame = pd.DataFrame({"user": ["b", "a", "c"], **columns})
        folder = tmp_path / "rows"
        folder.mkdir(exist_ok=True)
        path = folder / name
        frame.assign(**changes).to_parquet(path, row_group_size=2)
        return path

    return write


@pytest.fixture
def score(push, tmp_path):
    """Scores files with the newest version."""

    def call(*files, **options):
        output = tmp_path / "scores"
        return bulk.score_files(push.base, files, output, **options)

    return call


def test_every_row_has_its_ids_and_its_predictions(push, rows, score):
    push(1)
    [path] = score(rows(), ids=["user"], batch_rows=2)
    found = pd.read_parquet(path)
    assert found["user"].tolist() == ["b", "a", "c"]
    assert found["score"].tolist() == [11.5, 23.5, 32.5]
    assert found["town_id"].tolist() == [7, 0, 0]


def test_the_same_rows_are_answered_alike_online(client, push, rows, score):
    path = rows(town=[None, "yy", "x"], price=[0.5, np.nan, 2.5])
    frame = pd.read_parquet(path).drop(columns="user")
    frame["town"] = frame["town"].fillna("")
    online = client.predict(frame)["score"].ravel()
    [scores] = score(path)
    np.testing.assert_array_equal(pd.read_parquet(scores)["score"], online)


def test_the_newest_version_is_asked(push, rows, score):
    push(9, weight=10)
    push(10, weight=20)
    [path] = score(rows())
    assert pd.read_parquet(path)["score"].tolist() == [21.5, 43.5, 62.5]


def test_what_was_scored_is_not_scored_again(push, rows, score):
    push(1)
    files = [rows("0.parquet"), rows("1.parquet")]
    told = []

    def run():
        told.clear()
        score(*files, on_file=lambda path, rows: told.append(rows))
        return list(told)

    assert run() == [3, 3]
    assert run() == [None, None]
    rows("1.parquet", age=[4, 5, 6])
    assert run() == [None, 3]
    push(2)
    assert run() == [3, 3]


def test_a_file_that_does_not_fit_leaves_nothing_half_written(
    push, rows, score, tmp_path
):
    push(1)
    good = rows("0.parquet")
    bad = rows("1.parquet", price=[0.5, 1.5, np.inf])
    with pytest.raises(ValueError, match="1.parquet, from row 2 on: .*'price'"):
        score(good, bad, batch_rows=2)
    left = sorted(path.name for path in (tmp_path / "scores").iterdir())
    assert left == ["0.parquet"]


def test_an_empty_file_makes_an_empty_one(push, rows, score):
    push(1)
    path = rows()
    pq.write_table(pq.read_table(path).slice(0, 0), path)
    [scores] = score(path, ids=["user"])
    found = pd.read_parquet(scores)
    assert list(found) == ["user", "score", "town_id"] and not len(found)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ids": ["usr"]}, r"`ids` should be columns of.*Received: \['usr'\]"),
        ({"signature_name": "raw"}, "signatures are.*predict_raw"),
    ],
)
def test_what_is_not_there_is_named(push, rows, score, options, message):
    push(1)
    with pytest.raises(ValueError, match=message):
        score(rows(), **options)


def test_ids_and_predictions_have_names_of_their_own(push, rows, score):
    push(1)
    with pytest.raises(ValueError, match=r"rename.*Received: \['score'\]"):
        score(rows(score=[1, 2, 3]), ids=["score"])


def test_rows_are_never_written_over(push, rows, tmp_path):
    push(1)
    path = rows()
    with pytest.raises(ValueError, match="another directory"):
        serving.score_files(push.base, [path], path.parent)
    with pytest.raises(ValueError, match=r"repeated: \['0.parquet'\]"):
        serving.score_files(push.base, [path, path], tmp_path / "scores")


def test_no_version_at_all_is_refused(push, rows, score):
    with pytest.raises(ValueError, match="should hold a version"):
        score(rows())


def test_the_command_says_what_it_has_written(
    push, rows, tmp_path, monkeypatch, capsys
):
    push(1)
    words = ["--ids", "user", f"--model-base-path={push.base}"]
    words += [f"--output={tmp_path / 'scores'}", "--batch-rows=2"]
    monkeypatch.setattr("sys.argv", ["bulk", str(rows()), *words])
    bulk.main()
    assert "0.parquet  3 rows" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["bulk", str(tmp_path / "none"), *words])
    with pytest.raises(SystemExit):
        bulk.main()
    assert "none" in capsys.readouterr().err
