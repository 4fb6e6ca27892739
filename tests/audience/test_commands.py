"""The command line, over a service of the tests."""

import json
import runpy
import sys

import pandas as pd
import pytest

from tfmtl.audience.commands import command_line
from tfmtl.audience.commands.home import Home


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def made(home, make_service):
    return make_service(home)


@pytest.fixture
def run(home, made, monkeypatch, capsys):
    """Runs a command on the home; returns exit code and what it said."""
    monkeypatch.setattr(Home, "service", lambda self, customisation: made)

    def call(*words):
        code = command_line.main([*map(str, words), "--home", str(home)])
        return code, " ".join(capsys.readouterr().out.split())

    return call


@pytest.mark.slow
def test_a_campaign_by_commands(run, home, fans, people, tmp_path):
    seeds = tmp_path / "seeds.csv"
    pd.DataFrame({"user_id": fans[:200]}).to_csv(seeds, index=False)
    code, said = run(
        "create", "spring", "--name", "Sale", "--feature", "category=garden"
    )
    assert code == 0 and "'category': 'garden'" in said
    code, said = run("seeds", "spring", seeds)
    assert code == 0 and "200 of 200 seeds are new" in said
    assert "nothing changed" in run("seeds", "spring", seeds)[1]
    assert "In the queue: job 1" in run("customise", "spring", "--queue")[1]
    code, said = run("work")
    assert code == 0
    assert "training, epoch 4: loss" in said
    assert "spring: customise done in" in said and "1 jobs done" in said
    out = tmp_path / "best.parquet"
    code, said = run("expand", "spring", "--size", 100, "--output", out)
    assert code == 0 and f"100 users by version 1: {out}" in said
    assert len(pd.read_parquet(out)) == 100
    log = tmp_path / "log.jsonl"
    events = [
        {
            "event_id": f"e{n}",
            "kind": "exposure",
            "campaign_id": "spring",
            "user_id": int(user),
            "time": "2026-03-01",
        }
        for n, user in enumerate(fans[200:260])
    ]
    events += [{**event, "kind": "conversion"} for event in events]
    log.write_text("\n".join(map(json.dumps, events)))
    code, said = run("feedback", log, "--complete-until", "2026-04-01")
    assert code == 0 and "120 of 120 events are new" in said
    code, said = run("increment", "spring")
    assert code == 0 and "In use is version 2" in said
    code, said = run("rollback", "spring")
    assert code == 0 and "In use is version 1" in said
    rows = tmp_path / "rows.parquet"
    assert "rows of seeds and feedback" in run("export", rows)[1]
    code, said = run("campaigns")
    assert code == 0 and "spring" in said and "increment: done" in said


def test_errors_are_one_line_and_a_code(run, tmp_path):
    code, said = run("customise", "nobody")
    assert code == 1 and said.startswith("error: `campaign_id` should be")
    code, said = run("create", "x", "--feature", "category")
    assert code == 1 and "NAME=VALUE" in said
    bad = tmp_path / "ids.csv"
    bad.write_text("user_id\nabc\n")
    code, said = run("opt-out", bad)
    assert code == 1 and "row=0, value='abc'" in said
    with pytest.raises(SystemExit) as stop:
        run("expand", "spring")
    assert stop.value.code == 2
    assert run("migrate")[0] == 0


def test_without_a_pushed_model_the_home_says_what_to_do(tmp_path, capsys):
    code = command_line.main(["create", "x", "--home", str(tmp_path)])
    said = capsys.readouterr().out
    assert code == 1 and "run the job first" in " ".join(said.split())


def test_the_module_runs_as_a_program(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["tfmtl.audience", "--help"])
    # Whoever has imported it before would be warned of.
    monkeypatch.delitem(sys.modules, "tfmtl.audience.__main__", raising=False)
    with pytest.raises(SystemExit) as stop:
        runpy.run_module("tfmtl.audience", run_name="__main__")
    assert stop.value.code == 0
    said = capsys.readouterr().out
    for command in ("create", "work", "console", "migrate", "rollback"):
        assert f"  {command}" in said
