"""The whole job through the `tfx` command line, on a small planted table."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

import serving
from pipeline.components import export
from pipeline.funnel import columns
from pipeline.funnel import schema

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
RUNNER = ROOT / "pipeline" / "funnel" / "local_runner.py"
BIN = Path(sys.executable).parent
ROWS = {"train": 6000, "dev": 1500, "eval": 3000}


def raw_table(rows, seed):
    """A table in which what was bought before tells what comes next."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(index=range(rows))
    for name in columns.CLOSED_TEXTS:
        frame[name] = rng.choice(schema.domain(name), rows)
    frame.loc[rng.random(rows) < 0.4, "age"] = None
    for name in columns.OPEN_TEXTS:
        frame[name] = rng.choice(["GROCERY", "MEAT", "DELI"], rows)
    for name in columns.OPEN_IDS:
        frame[name] = rng.integers(1, 9, rows)
    for name in columns.NUMBERS:
        high = 1 if "share" in name else 5
        frame[name] = rng.random(rows) * high
    frame.loc[rng.random(rows) < 0.1, "hh_days_since_last"] = np.nan
    score = frame["hist_category_lines_90d"] + rng.normal(0, 1, rows)
    for task, threshold in zip(columns.TASKS, (2.5, 4.0, 5.0), strict=True):
        frame[task.name] = (score > threshold).astype(np.int8)
    return frame


def write_data(home):
    for seed, (split, rows) in enumerate(ROWS.items()):
        folder = home / "data" / split
        folder.mkdir(parents=True)
        raw_table(rows, seed).to_parquet(folder / "part-0.parquet")


def environment(home, **settings):
    thresholds = home / "thresholds.json"
    thresholds.write_text(
        json.dumps({"y_category": {"auc": {"min": 0.7, "max_drop": 0.02}}})
    )
    chosen = {f"FUNNEL_{k.upper()}": str(v) for k, v in settings.items()}
    return {
        **os.environ,
        "LOCAL_HOME": str(home / "tfx"),
        "FUNNEL_HOME": str(home),
        "FUNNEL_THRESHOLDS": str(thresholds),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        **chosen,
    }


def run_job(home, **settings):
    return subprocess.run(
        [sys.executable, RUNNER],
        env=environment(home, **settings),
        capture_output=True,
        text=True,
    )


def outcomes(output):
    """What became of each component, as the terminal shows it."""
    pattern = r"^(\w+) +(run|cached|failed|empty) +[\d.]+ s"
    return dict(re.findall(pattern, output, re.MULTILINE))


def versions(home):
    folder = home / "serving" / "funnel"
    if not folder.exists():
        return []
    return sorted(name for name in os.listdir(folder) if name.isdecimal())


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """A job whose first run was killed while the model was training."""
    home = tmp_path_factory.mktemp("funnel")
    write_data(home)
    with subprocess.Popen(
        [sys.executable, RUNNER],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        for line in process.stdout:
            if "epoch 2:" in line:  # the first one is backed up by then
                break
        os.killpg(process.pid, signal.SIGKILL)
    return home


@pytest.fixture(scope="module")
def first_run(killed):
    """The same job, started again by the `tfx` command line."""
    assert versions(killed) == []
    create = ["pipeline", "create", "--pipeline-path", str(RUNNER)]
    run = ["run", "create", "--pipeline-name", "funnel"]
    for command in (create, run):
        result = subprocess.run(
            [BIN / "tfx", *command, "--engine=local"],
            env=environment(killed),
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stdout + result.stderr
    return killed, result.stdout


@pytest.fixture(scope="module")
def eval_rows(first_run):
    home, _ = first_run
    frame = pd.read_parquet(home / "data" / "eval").head(1000)
    names = [column.name for column in columns.COLUMNS]
    texts = [c.name for c in columns.COLUMNS if c.dtype == tf.string]
    return frame[names].fillna({name: "" for name in texts})


@pytest.fixture(scope="module")
def served(first_run, eval_rows):
    """Answers over gRPC to raw rows sent by name."""
    home, _ = first_run
    batch = {
        column.name: eval_rows[column.name].to_numpy(
            column.dtype.as_numpy_dtype
        )
        for column in columns.COLUMNS
    }
    base = home / "serving" / "funnel"
    with serving.LocalServer(str(base), "funnel") as server:
        server.wait_until_ready(60)
        with serving.PredictionClient(server.target, "funnel", 30) as client:
            return client.predict(batch)


def test_a_killed_run_goes_on_where_it_was(first_run):
    _, output = first_run
    finished = outcomes(output)
    assert finished["ParquetExampleGen"] == "cached"
    assert finished["Transform"] == "cached"
    assert finished["Trainer"] == "run"


def test_killed_training_goes_on_after_the_last_whole_epoch(first_run):
    _, output = first_run
    assert "epoch 3:" in output
    assert "epoch 1:" not in output


def test_a_good_model_is_pushed(first_run):
    home, output = first_run
    assert len(versions(home)) == 1
    assert "BLESSED" in output and "NOT BLESSED" not in output


def test_the_terminal_shows_the_metrics_and_no_noise(first_run):
    _, output = first_run
    for text in ("y_redeem", "auc", "served versions", "full log", "CPU"):
        assert text in output
    for noise in ("WARNING", "I0000", "absl", "Traceback"):
        assert noise not in output


def test_raw_rows_online_equal_the_same_rows_in_bulk(
    first_run, served, eval_rows
):
    home, _ = first_run
    folder = home / "artifacts" / "ParquetExampleGen" / "examples"
    files = tf.io.gfile.glob(f"{folder}/*/Split-eval/*")
    records = list(tf.data.TFRecordDataset(files, "GZIP").take(1000))
    [version] = versions(home)
    model = tf.saved_model.load(str(home / "serving" / "funnel" / version))
    bulk = model.signatures[export.SERVING_DEFAULT](examples=tf.stack(records))
    assert len(eval_rows) == 1000
    for task in columns.TASKS:
        np.testing.assert_allclose(
            served[task.name], bulk[task.name], rtol=1e-5, atol=1e-7
        )


def test_files_of_rows_are_scored_as_they_are_online(
    first_run, served, tmp_path
):
    home, _ = first_run
    file = home / "data" / "eval" / "part-0.parquet"
    [id_column, *_] = columns.OPEN_IDS
    [path] = serving.score_files(
        home / "serving" / "funnel", [file], tmp_path, ids=[id_column]
    )
    scores = pd.read_parquet(path)
    assert len(scores) == ROWS["eval"]
    assert scores[id_column].equals(pd.read_parquet(file)[id_column])
    scores = scores.head(1000)
    for task in columns.TASKS:
        np.testing.assert_allclose(
            scores[task.name], served[task.name].ravel(), rtol=1e-5, atol=1e-7
        )


def test_the_pushed_model_ranks_as_planted(served, first_run):
    home, _ = first_run
    labels = pd.read_parquet(home / "data" / "eval").head(1000)["y_category"]
    scores = served["y_category"].ravel()
    assert scores[labels == 1].mean() > scores[labels == 0].mean() + 0.1


@pytest.fixture(scope="module")
def worse_run(first_run):
    """The next run, tuned, but trained for one epoch only."""
    home, _ = first_run
    before = versions(home)
    result = run_job(home, epochs=1, tuner_trials=2)
    assert result.returncode == 0, result.stdout + result.stderr
    return home, before, result.stdout


def test_a_worse_model_is_not_pushed_and_the_run_says_so(worse_run):
    home, before, output = worse_run
    assert outcomes(output)["Transform"] == "cached"
    assert outcomes(output)["Trainer"] == "run"
    assert versions(home) == before
    assert "NOT BLESSED, nothing pushed" in output
    assert re.search(r"y_category auc 0\.\d+ is .* below", output)


def test_the_trainer_is_handed_the_best_of_the_trials(worse_run):
    home, _, output = worse_run
    trial = r"  trial (\d) of 2: val_auc_sum ([\d.]+) with (.+)"
    trials = re.findall(trial, output)
    assert [number for number, _, _ in trials] == ["1", "2"]
    best = max(trials, key=lambda found: float(found[1]))[2]
    assert f"Best of 2 trials on dev: {best}\n" in output
    [told] = (home / "artifacts" / "Tuner" / "best_hyperparameters").glob(
        "*/best_hyperparameters.txt"
    )
    values = json.loads(told.read_text())["values"]
    assert f"learning_rate {values['learning_rate']:.3g}," in best


def test_a_broken_table_stops_the_run_with_one_error(first_run, tmp_path):
    home, _ = first_run
    shutil.copytree(home / "data", tmp_path / "data")
    path = tmp_path / "data" / "dev" / "part-0.parquet"
    frame = pd.read_parquet(path)
    frame.loc[frame.index[7], ["y_category", "y_product"]] = [0, 1]
    frame.to_parquet(path)
    start = time.monotonic()
    result = run_job(tmp_path)
    assert result.returncode == 1
    message = result.stdout
    for text in (str(path), "y_product", "y_category", "row", "7"):
        assert text in message
    assert "Traceback" not in message
    assert versions(tmp_path) == []
    assert time.monotonic() - start < 300


def test_an_unknown_model_is_refused_before_anything_runs(tmp_path):
    result = run_job(tmp_path, model="PIM")
    assert result.returncode == 1
    assert "Did you mean 'PIMM'?" in result.stderr
    assert not (tmp_path / "artifacts").exists()
