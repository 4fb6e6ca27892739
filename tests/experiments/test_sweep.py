import dataclasses
import json

import pytest

from tfmtl.experiments import ResultsFolder
from tfmtl.experiments import sweep

ENVIRONMENT = {
    "command": "python -m tfmtl.experiments run ours",
    "date": "2026-01-01",
    "versions": "Python 3",
    "hardware": "a machine",
}


@pytest.fixture
def folder(tmp_path):
    return ResultsFolder(tmp_path / "new" / "results")


def run(protocol, folder):
    done = []
    sweep(
        protocol,
        folder,
        ENVIRONMENT,
        on_run=lambda run: done.append((run.model, run.seed)),
    )
    return done


def test_every_model_is_trained_once_on_every_seed(protocol, folder):
    done = run(protocol, folder)
    assert done == [
        (model, seed) for seed in (0, 1, 2) for model in ("base", "good", "bad")
    ]
    assert len(folder.runs()) == 9


def test_a_killed_sweep_goes_on_where_it_was(protocol, folder, stub):
    contenders = list(protocol.contenders)
    contenders[1] = dataclasses.replace(contenders[1], fails_on=(1,))
    dying = dataclasses.replace(protocol, contenders=tuple(contenders))
    with pytest.raises(RuntimeError, match="killed"):
        run(dying, folder)
    before = {path: path.stat().st_mtime_ns for path in folder.path.glob("*/*")}
    assert len(before) == 4  # three of the first seed, one of the second
    assert run(protocol, folder)[0] == ("good", 1)
    assert len(folder.runs()) == 9
    for path, time in before.items():
        assert path.stat().st_mtime_ns == time, "a finished run was written"


def test_a_half_written_run_is_not_a_run(protocol, folder, monkeypatch):
    run(protocol, folder)
    name = folder.path / "runs" / "bad--2.json"
    name.rename(name.with_name(".bad--2.json.0123"))
    assert run(protocol, folder) == [("bad", 2)]


def test_a_run_says_what_it_was(protocol, folder):
    run(protocol, folder)
    path = folder.path / "runs" / "good--1.json"
    record = json.loads(path.read_text("utf-8"))
    assert (record["model"], record["seed"]) == ("good", 1)
    assert record["data"] == "tiny"
    assert record["learning_rate"] == 0.5
    assert 0.5 < record["metrics"]["test"]["click_auc"] < 1
    bins = record["pictures"]["calibration"]["click"]
    assert sum(bins["count"]) == 200
    assert bins["predicted"] == sorted(bins["predicted"])


def test_the_folder_says_what_was_run_on_what(protocol, folder):
    run(protocol, folder)
    description = folder.description()
    assert description["config"] == protocol.config()
    assert description["data"]["description"] == "a few rows for a test"
    assert description["data"]["rows"]["train"] == 200
    assert description["environment"] == ENVIRONMENT


def test_results_of_another_protocol_are_refused(protocol, folder):
    run(protocol, folder)
    settings = dataclasses.replace(protocol.settings, epochs=3)
    other = dataclasses.replace(protocol, settings=settings)
    with pytest.raises(ValueError, match=r"another protocol.*'settings'"):
        run(other, folder)


def test_seeds_may_be_added_but_not_dropped(protocol, folder):
    run(protocol, folder)
    more = dataclasses.replace(protocol, seeds=(0, 1, 2, 3))
    assert {seed for _, seed in run(more, folder)} == {3}
    with pytest.raises(ValueError, match=r"different: \['seeds'\]"):
        run(protocol, folder)


def test_a_folder_with_other_things_is_refused(protocol, tmp_path):
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(ValueError, match=r"new, empty.*thesis.txt"):
        run(protocol, ResultsFolder(tmp_path))
    assert not (tmp_path / "protocol.json").exists()


def test_models_that_cannot_take_the_tasks_are_all_named(
    protocol, folder, stub, monkeypatch
):
    def refuse(self, features, tasks):
        if self.name != "base":
            raise ValueError(f"{self.name} wants other tasks.")

    monkeypatch.setattr(stub, "check", refuse)
    with pytest.raises(ValueError) as error:
        run(protocol, folder)
    assert "good wants other tasks" in str(error.value)
    assert "bad wants other tasks" in str(error.value)
    assert not folder.path.exists()


def test_labels_of_one_class_are_refused_before_training(
    protocol, folder, tiny, monkeypatch
):
    data = tiny().load(0)
    data.test.y["purchase"][:] = 0
    with pytest.raises(ValueError, match="both classes in test"):
        dataclasses.replace(data)


def test_the_csv_has_a_line_for_each_run(protocol, folder):
    run(protocol, folder)
    header, *lines = folder.write_csv().read_text().splitlines()
    assert header.startswith("model,seed,data,learning_rate")
    assert "test_purchase_auc" in header
    assert len(lines) == 9


def test_a_metric_that_no_task_has_is_refused_before_training(protocol, folder):
    wrong = dataclasses.replace(protocol, metrics=("auc", "ndcg"))
    with pytest.raises(ValueError, match=r"'auc'.*Received: \['ndcg'\]"):
        run(wrong, folder)
    assert not folder.path.exists()


def test_seeds_that_are_added_bring_their_command_along(protocol, folder):
    run(protocol, folder)
    more = dataclasses.replace(protocol, seeds=(0, 1, 2, 3))
    later = {**ENVIRONMENT, "command": "the later one"}
    sweep(more, folder, later)
    assert folder.description()["environment"] == later
    sweep(more, folder, ENVIRONMENT)
    assert folder.description()["environment"] == later
