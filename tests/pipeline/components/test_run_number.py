import pytest

from pipeline.components.run_number import RunNumber


def test_counts_from_one(tmp_path):
    assert RunNumber(tmp_path / "finished").current == 1


def test_moves_on_only_when_a_run_is_complete(tmp_path):
    number = RunNumber(tmp_path / "finished")
    assert number.current == number.current == 1
    number.complete()
    assert RunNumber(tmp_path / "finished").current == 2


def test_leaves_nothing_beside_its_file(tmp_path):
    RunNumber(tmp_path / "finished").complete()
    assert [path.name for path in tmp_path.iterdir()] == ["finished"]


def test_refuses_a_file_that_holds_no_number(tmp_path):
    (tmp_path / "finished").write_text("two")
    with pytest.raises(ValueError, match="delete it.*'two'"):
        _ = RunNumber(tmp_path / "finished").current
