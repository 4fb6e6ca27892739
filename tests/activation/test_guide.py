"""What docs/activation.md shows is so."""

import datetime
import re
from pathlib import Path

from tfmtl.activation.plan_file import read_plan

GUIDE = Path(__file__).parents[2] / "docs" / "activation.md"


def block(language):
    text = GUIDE.read_text("utf-8")
    (code,) = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return code


def test_the_example_runs_as_written(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    exec(block("python"), {})
    said = capsys.readouterr().out
    assert "active rate: treatment is higher" in said


def test_the_plan_is_one(tmp_path):
    path = tmp_path / "plan.json"
    path.write_text(block("json"))
    plan = read_plan(path)
    assert plan.deadline == datetime.date(2021, 3, 28)
    assert plan.outcomes == ["active_days", "clicks", "expenditure"]


def test_the_shown_reason_is_one_that_is_given():
    text = re.sub(r"\n> ?", " ", GUIDE.read_text("utf-8"))
    # 1.5 raised by a half is 2.25, so 3; 100 cents for each of 1.5 more.
    assert "Task: 3 active_days until 2021-03-28, where 1.5 are" in text
    assert "for 150 cents; worth 0.9 a cent" in text
