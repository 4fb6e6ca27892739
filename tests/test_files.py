import os
import time

import pandas as pd
import pytest

from tfmtl import files


class Killed(Exception):
    """What ends a writer halfway."""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "folder" / "file.txt"
    files.write_text(path, "before")
    return path


def test_a_file_that_is_not_written_to_its_end_leaves_the_former_one(path):
    with pytest.raises(Killed), files.new_file(path) as aside:
        aside.write_text("half")
        raise Killed
    assert path.read_text() == "before"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_has_its_name_when_all_is_written(path):
    with files.new_file(path) as aside:
        aside.write_text("after")
        assert path.read_text() == "before"
    assert path.read_text() == "after"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_is_written_in_the_folder_that_is_named(path, tmp_path):
    with files.new_file(path, tmp_path / "other") as aside:
        assert aside.parent == tmp_path / "other"
        aside.write_text("after")
    assert path.read_text() == "after"


def test_rows_of_a_file_are_read_back(path):
    rows = pd.DataFrame({"id": [3, 1], "name": ["a", None]}, index=[7, 8])
    files.write_parquet(rows, path)
    pd.testing.assert_frame_equal(
        pd.read_parquet(path), rows.reset_index(drop=True)
    )


def test_rows_that_cannot_be_written_leave_the_former_file(path, monkeypatch):
    def fail(frame, target, **kwargs):
        target.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", fail)
    with pytest.raises(OSError, match="disk full"):
        files.write_parquet(pd.DataFrame({"a": [1]}), path)
    assert path.read_text() == "before"
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_is_there_is_kept(path):
    with files.new_folder(path.parent) as aside:
        (aside / "other").touch()
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_is_not_written_to_its_end_is_not_there(tmp_path):
    with pytest.raises(Killed), files.new_folder(tmp_path / "new") as aside:
        (aside / "half").touch()
        raise Killed
    assert not list(tmp_path.iterdir())


def test_what_a_killed_writer_left_is_removed_after_an_hour(tmp_path):
    old, fresh = tmp_path / ".new-1", tmp_path / ".new-2"
    for folder in (old, fresh):
        folder.mkdir()
    then = time.time() - 3700
    os.utime(old, (then, then))
    with files.new_folder(tmp_path / "new") as aside:
        (aside / "part").touch()
    assert sorted(p.name for p in tmp_path.iterdir()) == [".new-2", "new"]
