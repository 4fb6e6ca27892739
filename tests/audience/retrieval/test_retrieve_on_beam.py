import importlib
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from tfmtl.audience import encode_user_base
from tfmtl.audience import retrieve
from tfmtl.audience import retrieve_on_beam


@pytest.fixture(scope="module")
def file(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.keras"
    model.save(path)
    return path


@pytest.mark.slow
def test_many_machines_find_what_one_finds(
    model, file, users, campaign, tmp_path
):
    stored = encode_user_base(model, users, tmp_path / "stored")
    options = {
        "campaign": campaign,
        "exclude": users.ids()[::9],
        "candidates": users.ids()[::2],
    }
    for source in (users, stored):
        one, many = tmp_path / "one.parquet", tmp_path / "many.parquet"
        retrieve(model, source, 40, one, **options)
        assert retrieve_on_beam(file, source, 40, many, **options) == many
        pd.testing.assert_frame_equal(
            pd.read_parquet(many), pd.read_parquet(one)
        )


SLOW = """
import importlib, sys, time
import tfmtl
module = importlib.import_module("tfmtl.audience.retrieval.retrieve_on_beam")
best_of_shard = module.best_of_shard
def slowly(*args):
    time.sleep(0.5)
    return best_of_shard(*args)
module.best_of_shard = slowly
folder, model, path = sys.argv[1:]
tfmtl.audience.retrieve_on_beam(
    model, tfmtl.audience.UserBase(folder), 20, path,
    campaign={"category": 2, "brands": [3, 4]},
)
"""


@pytest.mark.slow
def test_goes_on_where_it_was_killed_with_the_same_audience(
    model, file, users, folder, campaign, tmp_path, monkeypatch
):
    path = tmp_path / "many.parquet"
    command = [sys.executable, "-c", SLOW, str(folder), str(file), str(path)]
    with subprocess.Popen(command) as run:
        while not (
            found := list(tmp_path.glob(".many.parquet.shards/*.parquet"))
        ):
            assert run.poll() is None
            time.sleep(0.01)
        time.sleep(np.random.default_rng().uniform(0, 0.4))
        run.send_signal(signal.SIGKILL)
    assert not path.exists()
    module = importlib.import_module(retrieve_on_beam.__module__)
    best_of_shard, scored = module.best_of_shard, []

    def seen(scoring, shard, *args):
        scored.append(shard.path.name)
        return best_of_shard(scoring, shard, *args)

    monkeypatch.setattr(module, "best_of_shard", seen)
    retrieve_on_beam(file, users, 20, path, campaign=campaign)
    assert len(scored) == len(set(scored)) <= len(users.shards) - len(found)
    one = tmp_path / "one.parquet"
    retrieve(model, users, 20, one, campaign=campaign)
    pd.testing.assert_frame_equal(pd.read_parquet(path), pd.read_parquet(one))
    assert {each.name for each in tmp_path.iterdir()} == {path.name, one.name}


@pytest.mark.slow
def test_what_workers_find_wrong_is_said_and_nothing_written(
    file, users, bad_base, campaign, tmp_path
):
    path, options = tmp_path / "audience.csv", {"campaign": campaign}
    with pytest.raises((RuntimeError, ValueError), match="298 are left"):
        retrieve_on_beam(
            file, users, 299, path, exclude=users.ids()[:2], **options
        )
    users = bad_base(user_id=np.array([7, 8, 9, 3, 11]))
    with pytest.raises((RuntimeError, ValueError), match=r"first \[3\]"):
        retrieve_on_beam(file, users, 1, path, **options)
    assert not path.exists()


def test_refuses_a_campaign_before_anything_runs(file, users, tmp_path):
    with pytest.raises(ValueError, match="neither for"):
        retrieve_on_beam(file, users, 1, tmp_path / "a.csv")
