"""The advertiser job through the `tfx` command line, on made-up facts."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
import tensorflow_transform as tft

import serving
from benchmarks import made_facts
from pipeline.advertiser import columns
from pipeline.advertiser import forecast
from pipeline.advertiser import preprocessing
from pipeline.advertiser import request_rows
from pipeline.advertiser.config import AdvertiserConfig
from tfmtl import features as features_lib

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
RUNNER = ROOT / "pipeline" / "advertiser" / "local_runner.py"
BIN = Path(sys.executable).parent
RUN = ["run", "create", "--pipeline-name", "advertiser"]
DAYS = columns.SPEC.history
BOUNDS = {
    "baskets": {"nmae": {"max": 0.9, "max_rise": 0.05}},
    # Few rows: bounds of their own.
    "baskets[scenario=4]": {"nmae": {"max": 1.2}},
}


def environment(home, **settings):
    thresholds = home / "thresholds.json"
    thresholds.write_text(json.dumps(BOUNDS))
    return {
        **os.environ,
        "LOCAL_HOME": str(home / "tfx"),
        "ADVERTISER_HOME": str(home),
        "ADVERTISER_THRESHOLDS": str(thresholds),
        "ADVERTISER_EPOCHS": "6",
        # The first run has no blessed model to begin with.
        "ADVERTISER_WARM_START": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        **settings,
    }


def tfx(command, home, **settings):
    """Runs a command of TFX's command line, and returns the terminal."""
    result = subprocess.run(
        [BIN / "tfx", *command, "--engine=local"],
        env=environment(home, **settings),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    """Folder and terminal of a run of 300 advertisers."""
    home = tmp_path_factory.mktemp("advertiser")
    made_facts.write_tables(home / "data", 300)
    tfx(["pipeline", "create", "--pipeline-path", str(RUNNER)], home)
    return home, tfx(RUN, home)


@pytest.fixture(scope="module")
def config(job):
    return AdvertiserConfig(str(job[0]))


@pytest.fixture(scope="module")
def model(config):
    return tf.saved_model.load(forecast.latest_model(config))


@pytest.fixture(scope="module")
def examples(job):
    """Serialized examples of the evaluation split."""
    folder = job[0] / "artifacts" / "WindowGen" / "examples"
    files = tf.io.gfile.glob(f"{folder}/*/Split-eval/*")
    rows = tf.data.TFRecordDataset(sorted(files), "GZIP").take(500)
    return tf.stack(list(rows))


@pytest.fixture(scope="module")
def raw(examples):
    spec = {
        column.name: tf.io.FixedLenFeature([column.length], column.dtype)
        for column in columns.example_columns()
    }
    parsed = tf.io.parse_example(examples, spec)
    return {name: values.numpy() for name, values in parsed.items()}


@pytest.fixture(scope="module")
def transform(job):
    folder = job[0] / "artifacts" / "Transform" / "transform_graph"
    [path] = folder.iterdir()
    return tft.TFTransformOutput(str(path))


@pytest.fixture(scope="module")
def packed(model, examples):
    signature = model.signatures["transform_features"]
    return {
        name: values.numpy()
        for name, values in signature(examples=examples).items()
    }


def ask(model, raw, rows, **changed):
    inputs = {c.name: raw[c.name][rows] for c in columns.COLUMNS} | changed
    answers = model.signatures["predict_raw"](
        **{name: tf.constant(values) for name, values in inputs.items()}
    )
    return {name: values.numpy() for name, values in answers.items()}


def test_a_good_model_is_pushed(job):
    home, output = job
    assert "BLESSED" in output and "NOT BLESSED" not in output
    assert len(os.listdir(home / "serving" / "advertiser")) == 2  # and a lock


def test_the_terminal_tells_of_windows_cells_and_naive_forecasts(job):
    _, output = job
    assert re.search(r"train: [\d,]+ samples of anchors 2017-\S+ to", output)
    assert re.search(r"; \d+ with less than 40 days of history", output)
    for text in ("last week", "mean of four weeks", "all cells", "nmae"):
        assert text in output
    for noise in ("WARNING", "I0000", "absl", "Traceback"):
        assert noise not in output


def test_every_task_is_judged_in_every_scenario_beside_naive_ones(job):
    [path] = job[0].glob("artifacts/Evaluator/evaluation/*/metrics.json")
    records = json.loads(path.read_text())["metrics"]
    cells = {(r["model"], r["task"], r["slice"]) for r in records}
    assert cells == {
        (name, task, piece)
        for name in ("candidate", "last week", "mean of four weeks")
        for task in columns.SPEC.tasks
        for piece in ("", *(f"scenario={number}" for number in range(5)))
    }


def test_packs_one_column_per_day_and_feature(packed, transform, raw):
    values = preprocessing.vocabularies(transform)
    features = preprocessing.model_features(values, 4, 4)
    sizes = [
        feature.vocabulary_size
        for feature in features
        if not isinstance(feature, features_lib.NumericFeature)
        for _ in range(features_lib.id_width(feature))
    ]
    ids = packed[features_lib.IDS]
    assert ids.shape == (len(raw["scenario"]), len(sizes))
    assert (ids >= 0).all() and (ids < sizes).all()
    scenario = ids[:, preprocessing.scenario_column()]
    pairs = set(zip(raw["scenario"][:, 0], scenario, strict=True))
    assert {number for _, number in pairs} == {1, 2, 3, 4, 5}


def test_days_unknown_and_without_any_have_ids_of_their_own(packed, raw):
    for number, name in enumerate(columns.SPEC.histories):
        days = slice(number * DAYS, (number + 1) * DAYS)
        ids, values = packed[features_lib.IDS][:, days], raw[name]
        assert (values == 0).any()
        np.testing.assert_array_equal(ids == 0, np.isnan(values))
        np.testing.assert_array_equal(ids == 1, values == 0)
        # More of it is never a lower bucket.
        order = np.argsort(values[values > 0])
        assert (np.diff(ids[values > 0][order]) >= 0).all()


def test_an_unseen_scenario_is_flagged_and_told_by_its_attributes(model, raw):
    rows = slice(0, 3)
    assert ask(model, raw, rows)["scenario_known"].tolist() == [[1]] * 3
    new = {"scenario": np.full((3, 1), 77)}
    flags = {name: np.zeros((3, 1), np.int64) for name in ("mailer", "display")}
    plain, coupon = (
        ask(model, raw, rows, **new, **flags, coupon=np.full((3, 1), value))
        for value in (0, 1)
    )
    assert plain["scenario_known"].tolist() == [[0]] * 3
    for task in columns.SPEC.tasks:
        assert np.isfinite(plain[task]).all()
        assert not np.allclose(plain[task], coupon[task], rtol=1e-5)


def test_an_answer_depends_neither_on_other_rows_nor_on_what_is_broken(
    model, raw
):
    together, alone = (ask(model, raw, slice(0, n)) for n in (7, 1))
    for name, values in alone.items():
        np.testing.assert_allclose(together[name][:1], values, rtol=1e-5)
    endless = np.full((1, DAYS), np.inf, np.float32)
    answers = ask(model, raw, slice(0, 1), history_baskets=endless)
    assert all(np.isfinite(values).all() for values in answers.values())


def test_all_scenarios_of_an_advertiser_are_served_in_one_request(
    config, model
):
    rows = request_rows.request_rows(config, 7)
    assert rows["scenario"].tolist() == [0, 1, 2, 3, 4]
    names = [column.name for column in columns.COLUMNS]
    batch = {
        name: np.stack(rows[name]) if name[:8] == "history_" else rows[name]
        for name in names
    }
    with serving.LocalServer(config.serving_dir, "advertiser") as server:
        server.wait_until_ready(60)
        with serving.PredictionClient(server.target, "advertiser", 30) as user:
            answers = user.predict(batch)
            one = user.predict({k: v[2:3] for k, v in batch.items()})
    assert set(answers) == {*columns.SPEC.tasks, "scenario_known"}
    for name, values in answers.items():
        assert values.shape == (5, 1)
        np.testing.assert_allclose(one[name], values[2:3], rtol=1e-5)


def test_forecasts_of_all_are_those_that_are_served(config, model, tmp_path):
    path = tmp_path / "forecasts.parquet"
    counts = forecast.write_forecasts(config, str(path))
    table = pd.read_parquet(path)
    assert counts["rows"] == len(table) and counts["new"] == 0
    assert counts["advertisers"] == table["advertiser_id"].nunique() > 280
    assert table["anchor"].astype(str).unique().tolist() == ["2017-04-30"]
    keys = ["advertiser_id", "scenario"]
    assert not table.duplicated(keys).any()
    rows = request_rows.request_rows(config, 8)
    raw = {
        c.name: np.stack(rows[c.name])
        .reshape(len(rows), -1)
        .astype(c.dtype.as_numpy_dtype)
        for c in columns.COLUMNS
    }
    answers = ask(model, raw, slice(None))
    mine = table[table["advertiser_id"] == 8].set_index("scenario")
    for task in columns.SPEC.tasks:
        served = pd.Series(answers[task][:, 0], rows["scenario"])
        told = mine[task]
        np.testing.assert_allclose(told, served[told.index], rtol=1e-4)
    assert os.listdir(tmp_path) == ["forecasts.parquet"]


def test_the_model_forecasts_the_level_of_advertisers(model, examples, raw):
    answers = model.signatures["serving_default"](examples=examples)
    forecasts = np.log1p(answers["baskets"].numpy()[:, 0])
    labels = np.log1p(raw["baskets"][:, 0])
    assert np.corrcoef(forecasts, labels)[0, 1] > 0.6


def test_the_next_run_begins_with_the_last_blessed_model(job):
    home, before = job
    assert "begins with" not in before
    output = tfx(RUN, home, ADVERTISER_EPOCHS="1")
    begins = r"begins with the last blessed model, which knows (\d+) of \1 "
    assert re.search(begins, output)
    assert "(difference to the last blessed model)" in output
