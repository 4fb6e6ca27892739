"""The offline stage of the audience job, on a small planted table."""

import json
import os
import re
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
from pipeline.audience import campaign_split
from pipeline.audience import columns
from pipeline.audience import prepare
from pipeline.audience import schema
from pipeline.audience.source import Source
from pipeline.components import export
from tfmtl.audience import GeneralModel

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
RUNNER = ROOT / "pipeline" / "audience" / "local_runner.py"
USERS = 600
CAMPAIGNS = 16


# After any of these a run may be killed.
STEPS = (
    "StatisticsGen +started",
    "Transform +started",
    "epoch 1:",
    "epoch 2:",
    "Evaluator +started",
)


def planted_source(seed=0):
    """Campaigns of departments, each of which is for one top category."""
    draw = np.random.default_rng(seed)
    tastes = np.array(["TEA", "MEAT", "WINE", "TOYS"])
    users = pd.DataFrame({columns.USER_ID: np.arange(1, USERS + 1)})
    for name in columns.USER_CLOSED_TEXTS:
        users[name] = draw.choice(schema.domain(name), USERS)
    users.loc[draw.random(USERS) < 0.4, "age"] = None
    taste = draw.integers(0, len(tastes), USERS)
    users["h1_top_category"] = tastes[taste]
    users["h1_main_store"] = draw.integers(1, 9, USERS)
    for name in columns.USER_NUMBERS:
        users[name] = draw.random(USERS)
    wanted = draw.integers(0, len(tastes), CAMPAIGNS)
    campaigns = pd.DataFrame(
        {
            columns.CAMPAIGN_ID: [str(n) for n in range(1, CAMPAIGNS + 1)],
            "category_department": tastes[wanted],
            "category_name": [f"NEW {taste}" for taste in tastes[wanted]],
        }
    )
    for name in columns.CAMPAIGN_NUMBERS:
        campaigns[name] = draw.random(CAMPAIGNS)
    rows = campaigns[[columns.CAMPAIGN_ID]].merge(
        users[[columns.USER_ID]], how="cross"
    )
    fits = wanted[:, np.newaxis] == taste
    chance = np.where(fits, 0.6, 0.05).reshape(-1)
    rows[columns.TASK.name] = (draw.random(len(rows)) < chance).astype("int8")
    return Source(rows, users, campaigns)


def write_data(home):
    prepare.write_splits(
        home / "data", {"planted": 0}, lambda: prepare.cut(planted_source())
    )


def environment(home, **settings):
    thresholds = home / "thresholds.json"
    bounds = {"responds": {"auc": {"min": 0.6, "max_drop": 0.02}}}
    thresholds.write_text(json.dumps(bounds))
    defaults = {"epochs": 3, "steps": 10, "first_order": 1, "home": home}
    defaults["thresholds"] = thresholds
    chosen = {
        f"AUDIENCE_{key.upper()}": str(value)
        for key, value in {**defaults, **settings}.items()
    }
    return {
        **os.environ,
        "LOCAL_HOME": str(home / "tfx"),
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
    folder = home / "serving" / "audience"
    if not folder.exists():
        return []
    return sorted(name for name in os.listdir(folder) if name.isdecimal())


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """A job that was killed at some step, which one, and what was finished."""
    home = tmp_path_factory.mktemp("audience")
    write_data(home)
    draw = np.random.default_rng()
    step = draw.choice(STEPS)
    said = ""
    with subprocess.Popen(
        [sys.executable, RUNNER],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        while not re.search(step, said):
            assert (line := process.stdout.readline())
            said += line
        time.sleep(draw.uniform(0, 0.5))
        os.killpg(process.pid, signal.SIGKILL)
    return home, step, outcomes(said)


@pytest.fixture(scope="module")
def first_run(killed):
    """The same job, started again."""
    home, step, _ = killed
    assert versions(home) == [], step
    result = run_job(home)
    assert result.returncode == 0, step + result.stdout + result.stderr
    return home, result.stdout


@pytest.fixture(scope="module")
def general(first_run):
    home, _ = first_run
    return GeneralModel.latest(home / "serving" / "audience")


@pytest.fixture(scope="module")
def held_out_rows(first_run):
    home, _ = first_run
    frame = pd.read_parquet(home / "data" / "eval").head(500)
    texts = [c.name for c in columns.COLUMNS if c.dtype == tf.string]
    return frame.fillna({name: "" for name in texts})


def test_a_killed_run_goes_on_where_it_was(killed, first_run):
    _, step, finished = killed
    _, output = first_run
    again = outcomes(output)
    for name in ("ParquetExampleGen", "StatisticsGen", "Transform", "Trainer"):
        if name in finished:
            assert again[name] == "cached", step
    # The first epoch is backed up by then.
    assert step != "epoch 2:" or "epoch 1:" not in output
    assert again["Pusher"] == "run"


def test_a_good_model_is_pushed_whole(first_run):
    home, output = first_run
    assert len(versions(home)) == 1
    assert "BLESSED" in output and "NOT BLESSED" not in output
    folder = home / "serving" / "audience"
    assert [n for n in os.listdir(folder) if n.startswith(".tmp")] == []


def test_the_terminal_shows_the_metrics_and_no_noise(first_run):
    _, output = first_run
    metrics = ("campaigns", "auc", "untuned", "calibration error")
    for text in (*metrics, "served versions", "CPU"):
        assert text in output
    for noise in ("WARNING", "I0000", "absl", "Traceback"):
        assert noise not in output


def test_held_out_campaigns_are_judged_and_none_of_them_learned(first_run):
    home, _ = first_run
    [report] = (home / "artifacts" / "Evaluator" / "evaluation").glob(
        "*/metrics.json"
    )
    overall = json.loads(report.read_text())["metrics"][0]
    held_out = [
        str(number)
        for number in range(1, CAMPAIGNS + 1)
        if campaign_split.split_of(str(number)) == "eval"
    ]
    assert overall["campaigns"] == len(held_out)
    assert overall["auc"] > 0.6
    train = pd.read_parquet(home / "data" / "train")["campaign_id"]
    assert not set(train) & set(held_out)


def test_the_general_model_encodes_as_the_server_does(
    first_run, general, held_out_rows
):
    home, _ = first_run
    users = general.encode(held_out_rows)
    campaigns = [
        general.encode_campaign(
            {c.name: row[c.name] for c in columns.CAMPAIGN_COLUMNS}
        )
        for row in held_out_rows.to_dict("records")
    ]
    encoded = {
        **{name: tf.constant(column) for name, column in users.items()},
        **{
            name: tf.constant([one[name] for one in campaigns])
            for name in campaigns[0]
        },
    }
    expected = general.model(encoded)["responds"]
    batch = {
        column.name: held_out_rows[column.name].to_numpy(
            column.dtype.as_numpy_dtype
        )
        for column in columns.SERVED_COLUMNS
    }
    base = str(home / "serving" / "audience")
    with serving.LocalServer(base, "audience") as server:
        server.wait_until_ready(60)
        with serving.PredictionClient(server.target, "audience", 30) as client:
            served = client.predict(batch)
    np.testing.assert_allclose(served["responds"], expected, rtol=1e-4)
    assert np.ptp(expected) > 0.01


def test_raw_rows_equal_the_same_rows_in_bulk(first_run, general):
    home, _ = first_run
    folder = home / "artifacts" / "ParquetExampleGen" / "examples"
    files = tf.io.gfile.glob(f"{folder}/*/Split-eval/*")
    records = list(tf.data.TFRecordDataset(files, "GZIP").take(5))
    saved = tf.saved_model.load(
        str(home / "serving" / "audience" / general.version)
    )
    packed = saved.signatures[export.TRANSFORM_FEATURES](
        examples=tf.stack(records)
    )
    bulk = saved.signatures[export.SERVING_DEFAULT](examples=tf.stack(records))
    np.testing.assert_allclose(
        general.model({"ids": packed["ids"]})["responds"],
        bulk["responds"],
        rtol=1e-5,
    )


@pytest.fixture(scope="module")
def second_run(first_run):
    """The next run, which asks for more than any model can do."""
    home, _ = first_run
    before = versions(home)
    bounds = {"responds": {"auc": {"min": 0.6, "max_drop": -0.3}}}
    (home / "strict.json").write_text(json.dumps(bounds))
    result = run_job(home, epochs=1, thresholds=home / "strict.json")
    assert result.returncode == 0, result.stdout + result.stderr
    return home, before, result.stdout


def test_the_next_run_begins_with_the_last_blessed_model(second_run):
    _, _, output = second_run
    assert outcomes(output)["Transform"] == "cached"
    begins = r"begins with the last blessed model, which knows (\d+) of \1 "
    assert re.search(begins, output)


def test_it_is_compared_with_the_last_one_and_not_pushed_if_worse(second_run):
    home, before, output = second_run
    assert versions(home) == before
    assert "NOT BLESSED, nothing pushed" in output
    assert re.search(r"responds auc 0\.\d+ is .* last blessed", output)
    assert "difference to the last blessed model" in output
