import pandas as pd
import pytest

from serving import demo


@pytest.fixture
def frame(columns):
    return pd.DataFrame({**columns, "label": 1})


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs the command on a Parquet file."""

    def call(rows, *options):
        monkeypatch.setattr(
            "sys.argv",
            [
                "demo",
                "--model-name=m",
                f"--model-base-path={tmp_path}",
                f"--rows={rows}",
                *options,
            ],
        )
        demo.main()

    return call


def test_a_missing_text_is_asked_for_as_an_empty_one(server, frame):
    frame["town"] = [None, "yy", ""]
    scores = demo.ask(server.target, "m", frame)["score"]
    assert scores.tolist() == [[10.5], [23.5], [32.5]]


def test_names_the_column_that_does_not_fit(server, frame):
    for wrong, message in [
        (frame.drop(columns="age"), "no feature 'age'.*add it"),
        (frame.assign(age=[1, None, 3]), "'age'.*fill what is missing"),
        (frame.assign(price=["x", "y", "z"]), "'price' should be float"),
    ]:
        with pytest.raises(ValueError, match=message):
            demo.ask(server.target, "m", wrong)


def test_says_in_one_line_that_there_are_no_rows(run, tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        run(tmp_path / "absent.parquet")
    assert stop.value.code == 2
    assert "absent.parquet" in capsys.readouterr().err.splitlines()[-1]


def test_shows_only_columns_that_there_are(run, frame, tmp_path, capsys):
    frame.to_parquet(tmp_path / "rows")
    with pytest.raises(SystemExit):
        run(tmp_path / "rows", "--show", "lable")
    assert "Received: ['lable']" in capsys.readouterr().err
