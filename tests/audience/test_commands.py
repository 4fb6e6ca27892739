"""The command line, over a service of the tests."""

import contextlib
import json
import runpy
import shutil
import socket
import sqlite3
import sys
import types
from pathlib import Path
from unittest import mock

import pandas as pd
import pytest

from tfmtl.audience import GeneralModel
from tfmtl.audience.commands import command_line
from tfmtl.audience.commands.home import Home
from tfmtl.audience.service import Customisation
from tfmtl.audience.service.model_folder import ModelFolder
from tfmtl.audience.store import CampaignStore
from tfmtl.database import database


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
    near = "--size", 100, "--nearest", 300
    assert "100 users by version 1" in run("expand", "spring", *near)[1]
    assert (
        "audience of 100 among 300"
        in run("expand", "spring", *near, "--queue")[1]
    )
    code, said = run("work")
    assert code == 0 and "100 users in" in said and "-100-of-300.csv" in said
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
    assert "warning" not in said
    rows = tmp_path / "rows.parquet"
    assert "rows of seeds and feedback" in run("export", rows)[1]
    code, said = run("campaigns")
    assert code == 0 and "spring" in said and "increment: done" in said
    # None but those that go on and have a model.
    assert run("create", "autumn", "--feature", "category=garden")[0] == 0
    code, said = run("increment", "--all")
    assert "increment for 'spring'" in said and "1 jobs wait" in said
    assert "is over" in run("close", "spring")[1]
    assert "0 jobs wait" in run("customise", "--all")[1]


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


def test_errors_name_the_options_of_the_command(run, made, tmp_path):
    made.create_campaign("few")
    path = tmp_path / "seeds.txt"
    for ids, remedy in (
        ("10000\nabc", "`--quarantine` takes the good rows in"),
        ("1\n2", "by a lower `--min-known`"),
        ("10000\n10001", "by a lower `--min-seeds`"),
    ):
        path.write_text(ids)
        code, said = run("seeds", "few", path)
        assert code == 1 and remedy in said


def test_a_time_in_the_future_is_refused_before_the_log_is_taken_in(
    run, tmp_path
):
    log = tmp_path / "log.jsonl"
    log.write_text('{"campaign_id": "nobody"}')
    code, said = run("feedback", log, "--complete-until", "2099-01-01")
    assert code == 1 and "`--complete-until` should not be in the fut" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("console --port 99999", "a whole number up to 65535"),
        ("feedback log.jsonl --window-days 1e12", "a number of days"),
    ],
)
def test_numbers_out_of_range_are_refused(words, message, capsys):
    with pytest.raises(SystemExit):
        command_line.main(words.split())
    assert message in capsys.readouterr().err


def test_the_console_is_bound_to_what_a_name_stands_for(run, monkeypatch):
    def resolve(host, port, **options):
        if host != "here":
            raise OSError("no such name")
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::", 0, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    for name in ("Config", "Server"):
        monkeypatch.setattr(f"uvicorn.{name}", mock.Mock())
    code, said = run("console", "--host", "here", "--port", 0)
    assert code == 0 and "Console on http://here:" in said
    assert "reached from this machine only" in said
    code, said = run("console", "--host", "there")
    assert code == 1 and "a name of this machine" in said


def test_a_locked_database_is_one_line(run, made, home, monkeypatch):
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0)
    with contextlib.closing(sqlite3.connect(home / "audience.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        code, said = run("close", "spring")
    assert code == 1 and "free within a minute" in said


def test_what_the_queue_does_not_keep_is_refused(run, made):
    expand = "expand", "x", "--queue", "--size"
    for words, message in (
        ((*expand, 9, "--output", "a.csv"), "--output"),
        (("customise", "--all", "--heads", "--ratio", 3), "--heads, --ratio"),
        (("increment", "x", "--queue", "--max-drop", 0.5), "--max-drop"),
    ):
        code, said = run(*words)
        assert code == 1 and f"Received: {message}." in said
    code, said = run(*expand, -5)
    assert code == 1 and "`size` should be positive" in said
    assert made.store.jobs("x") == []


def test_the_general_model_is_rolled_back_until_another_is_pushed(
    tmp_path, monkeypatch, capsys
):
    home = Home(tmp_path, "sqlite://", tmp_path / "pushed", tmp_path, "id", 20)
    monkeypatch.setattr(Home, "of", lambda options: home)
    store = home.store()
    monkeypatch.setattr(Home, "store", lambda self: store)

    def push(*names):
        for name in names:
            (tmp_path / "pushed" / name).mkdir(parents=True)
        return Path(home.general_version(store).path).name

    assert push("9", "10") == "10"
    assert command_line.main(["rollback", "--general"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "In use is version 1 of the general model" in said
    assert push() == "9"
    assert push("11") == "11"
    assert command_line.main(["rollback", "--general", "--to", "2"]) == 0
    assert push() == "10"


def test_users_that_arrive_later_are_encoded_with_the_next_command(
    tmp_path, monkeypatch, campaign_general, people
):
    raw = tmp_path / "raw"
    raw.mkdir()
    general = types.SimpleNamespace(
        **vars(campaign_general),
        encode_campaign=campaign_general.encode_campaign,
        encode=lambda raw, source: {},
        encode_users=lambda raw, folder, **options: shutil.copytree(
            raw, folder
        ),
    )
    version = types.SimpleNamespace(path="17")
    monkeypatch.setattr(Home, "general_version", lambda self, store: version)
    monkeypatch.setattr(GeneralModel, "load", lambda path: general)
    home = Home(tmp_path, "sqlite://", tmp_path, raw, "user_id", 20)
    people[:1000].to_parquet(raw / "a.parquet")
    assert len(home.service(Customisation()).users) == 1000
    people[1000:].to_parquet(raw / "b.parquet")
    assert len(home.service(Customisation()).users) == 3000


def test_a_version_that_descends_from_another_general_model_is_named(
    tmp_path, monkeypatch, capsys
):
    store = CampaignStore("sqlite://")
    store.create_campaign("spring")
    for version in ("v1", "v2"):
        (tmp_path / version).mkdir()
        store.add_model("spring", tmp_path / version)
    store.add_model(None, tmp_path / "10")
    monkeypatch.setattr(Home, "store", lambda self: store)
    report = types.SimpleNamespace(general_version="9")
    monkeypatch.setattr(ModelFolder, "report", lambda self: report)
    code = command_line.main(["rollback", "spring", "--home", str(tmp_path)])
    said = " ".join(capsys.readouterr().out.split())
    assert code == 0 and "In use is version 1 of 'spring'" in said
    assert "descends from general model 9, and in use is 10" in said


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
