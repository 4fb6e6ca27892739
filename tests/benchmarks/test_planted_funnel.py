import dataclasses
import json

import pytest

from benchmarks import funnel_report
from benchmarks import planted_funnel
from benchmarks import report
from benchmarks.funnel_contenders import BASELINE
from benchmarks.funnel_contenders import LAYER_SHARED
from benchmarks.funnel_contenders import MAKERS
from benchmarks.funnel_runs import Record
from benchmarks.funnel_runs import Run
from benchmarks.funnel_runs import Settings

SETTINGS = Settings(rows=(60, 20, 20))


def run(model="AITM", seed=0, last=0.75):
    return Run(
        model,
        seed,
        auc={"step_1": 0.5, "step_2": last},
        bayes_auc={"step_1": 0.875, "step_2": 0.875},
        positives={"step_1": 30, "step_2": 3},
        epochs=2,
        cpu_seconds=1.5,
    )


def all_runs(gains):
    """Gains of AITM and PIMM on the last step, one a seed."""
    return [
        run(model, seed, 0.75 + gain * (model in funnel_report.MUST_WIN))
        for seed, gain in enumerate(gains)
        for model in MAKERS
    ]


@pytest.fixture
def record(tmp_path):
    return Record(tmp_path / "new" / "runs.jsonl", SETTINGS)


def test_a_record_gives_back_what_was_appended(record):
    record.append(run(seed=0))
    record.append(run(seed=1))
    assert list(record.runs()) == [run(seed=0), run(seed=1)]


def test_a_record_that_does_not_exist_is_empty(record):
    assert list(record.runs()) == []


def test_a_line_that_was_cut_off_does_not_count(record):
    record.append(run(seed=0))
    with record.path.open("a") as file:
        file.write('\n{"settings": {')
    record.append(run(seed=2))
    assert list(record.runs()) == [run(seed=0), run(seed=2)]


def test_runs_under_other_settings_do_not_count(record):
    other = dataclasses.replace(SETTINGS, epochs=3)
    Record(record.path, other).append(run())
    assert list(record.runs()) == []


def test_only_what_is_missing_is_trained(record, monkeypatch):
    trained = []

    def train(model, seed, settings, parts):
        trained.append((model, seed))
        return run(model, seed)

    monkeypatch.setattr(planted_funnel.funnel_runs, "train_and_test", train)
    for model in MAKERS:
        record.append(run(model, seed=0))
    record.append(run("PIMM", seed=1))
    runs = planted_funnel.complete(record, SETTINGS, range(2))
    expected = [(model, 1) for model in MAKERS if model != "PIMM"]
    assert trained == expected
    assert len(runs) == 2 * len(MAKERS)


def test_a_gain_beyond_its_standard_error_is_a_win():
    # Mean 0.25; deviations of 0.125, 0 and -0.125 make sd 0.125, SE 0.072.
    bounds = funnel_report.bounds(all_runs([0.125, 0.25, 0.375]))
    assert all(bounds.values()) and len(bounds) == 2


def test_a_gain_within_its_standard_error_is_none():
    # Mean 0.05, sd 0.1, SE 0.1 / sqrt(2) = 0.0707.
    bounds = funnel_report.bounds(all_runs([-0.0207, 0.1207]))
    assert not any(bounds.values())


def test_the_report_shows_every_model(record):
    runs = all_runs([0.125, 0.25])
    text = funnel_report.text(
        report.environment("make experiments"),
        runs,
        SETTINGS,
        funnel_report.bounds(runs),
    )
    assert all(text.count(f"\n| {model} ") >= 1 for model in MAKERS)
    assert "| 0.8750 ± 0.0000 |" in text
    assert "+0.1875" in text  # the mean gain


@pytest.mark.slow
def test_a_quick_run_writes_the_report_and_removes_the_record(
    tmp_path, monkeypatch
):
    tiny = dataclasses.replace(
        planted_funnel.QUICK, rows=(2_000, 1_000, 1_000), epochs=1
    )
    monkeypatch.setattr(planted_funnel, "QUICK", tiny)
    names = [BASELINE, LAYER_SHARED, *funnel_report.MUST_WIN]
    few = {name: MAKERS[name] for name in names}
    for module in (planted_funnel, funnel_report):
        monkeypatch.setattr(module, "MAKERS", few)
    record = tmp_path / "runs.jsonl"
    planted_funnel.main(
        ["--quick", "--seeds", "2"]
        + ["--output", str(tmp_path), "--record", str(record)]
    )
    results = json.loads((tmp_path / "planted_funnel.json").read_text())
    assert len(results["runs"]) == 2 * len(few)
    assert (tmp_path / "planted_funnel.md").exists()
    assert not record.exists()
