import importlib
import json

import pytest

from tfmtl.experiments import choice
from tfmtl.experiments import command_line
from tfmtl.experiments import outputs
from tfmtl.experiments.presets import Synthetic
from tfmtl.experiments.trees import Trees


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs a command in a wide window; returns exit code and what it said."""
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words):
        code = command_line.main([str(word) for word in words])
        return code, capsys.readouterr().out

    return call


@pytest.fixture
def own(tmp_path):
    """A protocol file with two settings of trees on few rows."""
    config = {
        "name": "own",
        "data": {
            "preset": "synthetic",
            "rows": [400, 300, 300],
            "rates": [0.4, 0.2],
        },
        "models": [
            {"name": "few", "model": "LightGBM", "options": {"rounds": 2}},
            {"name": "more", "model": "LightGBM", "options": {"rounds": 9}},
        ],
        "baselines": ["few"],
        "seeds": [0, 1],
    }
    path = tmp_path / "own.json"
    path.write_text(json.dumps(config))
    return path


def test_a_run_ends_with_table_and_report_and_says_where(run, own, tmp_path):
    output = tmp_path / "results"
    code, said = run("run", own, "--output", output)
    assert code == 0
    for name in ("table.md", "runs.csv", "report.html", "runs"):
        assert (output / name).exists()
        assert str(output / name) in said
    assert "4/4  seed 1  more" in said
    assert "left 0:00:00" in said
    table = (output / "table.md").read_text("utf-8")
    assert f"run {own} --output {output}" in table
    assert "paired t-test" in table
    code, said = run("table", output, "--welch")
    assert code == 0 and "Welch" in said
    assert "Welch's t-test" in (output / "table.md").read_text("utf-8")


def test_a_finished_run_trains_nothing(run, own, tmp_path, monkeypatch):
    monkeypatch.setattr(outputs, "write_report", lambda folder: folder.path)
    output = tmp_path / "results"
    run("run", own, "--output", output)
    monkeypatch.setattr(Trees, "train", pytest.fail)
    code, said = run("run", own, "--output", output)
    assert code == 0 and "4 of 4 runs are finished already" in said


def test_the_list_has_protocols_and_data(run):
    code, said = run("list")
    assert code == 0
    for name in (
        "pimm_table_1",
        "pimm_table_2",
        "man_table_1",
        "man_table_2",
        "pimm_ablations",
        "pimm_sensitivity",
        "complete_journey",
        "census_income",
        "synthetic",
        "ali_ccp",
    ):
        assert f"  {name}: " in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["pimm_table_3"], "Did you mean 'pimm_table_"),
        (["pimm_table_1", "--data", "sythetic"], "Did you mean 'synthetic'"),
        (["pimm_table_1", "--seeds", "1"], "at least 2 seeds"),
        (["pimm_table_1", "--seeds", "3,3"], "stand there once"),
        (["pimm_table_1", "--models", "PIMN"], "Received: ['PIMN']"),
        (["pimm_table_1", "--models", "PIMM"], "`baselines` should name"),
        (["pimm_table_1", "--folder", "x"], "keys of preset 'synthetic'"),
        (["pimm_table_1", "--data", "ali_ccp"], "`folder` should be one"),
        (["pimm_table_1", "--epochs", "1"], "ends after 2 epochs"),
        (["none.json"], "No such file"),
    ],
)
def test_bad_input_is_refused_before_any_training(
    run, words, message, tmp_path, monkeypatch
):
    module = importlib.import_module("tfmtl.experiments.sweep")
    monkeypatch.setattr(module, "train_and_test", pytest.fail)
    output = tmp_path / "results"
    code, said = run("run", *words, "--output", output)
    assert code == 1
    assert said.startswith("error: ")
    assert message in said
    assert not output.exists()


def test_a_protocol_file_says_its_data_itself(run, own):
    code, said = run("run", own, "--data", "synthetic")
    assert code == 1 and "change them there" in said


def test_a_folder_without_a_protocol_has_no_table(run, tmp_path):
    code, said = run("table", tmp_path)
    assert code == 1 and "one that `run` wrote" in said


def test_an_interrupted_run_says_that_it_goes_on(
    run, own, monkeypatch, tmp_path
):
    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(Trees, "train", interrupt)
    code, said = run("run", own, "--output", tmp_path / "results")
    assert code == 130 and "what is finished is kept" in said


def test_the_default_is_the_table_of_eleven_models_and_five_seeds():
    parser = command_line._parser()
    options = parser.parse_args(["run", "pimm_table_1"])
    protocol = choice.protocol_of(options)
    assert len(protocol.contenders) == 11
    assert protocol.seeds == (0, 1, 2, 3, 4)
    assert protocol.data == Synthetic()
