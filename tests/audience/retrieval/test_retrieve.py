import importlib
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

import tfmtl
from tfmtl.audience import AudienceExpander
from tfmtl.audience import UserBase
from tfmtl.audience import retrieve


def expander_of(model, users, campaign, excluded):
    """What `fit` would leave behind, had it arrived at this model."""
    expander = AudienceExpander(model, id_column=users.id_column)
    expander.model_, expander.campaign_ = model, campaign
    expander.excluded_ids_ = np.asarray(excluded)
    return expander


def test_finds_what_the_expander_finds(model, users, campaign, tmp_path):
    # 100 kinds of users, so that many tie; a shard of one user; ids anywhere.
    excluded = users.ids()[::7]
    expander = expander_of(model, users, campaign, excluded)
    for size in (1, 40, 300 - len(excluded)):
        path = tmp_path / f"{size}.parquet"
        report = retrieve(
            model, users, size, path, campaign=campaign, exclude=excluded
        )
        expected = expander.expand(users.read(), size)
        pd.testing.assert_frame_equal(pd.read_parquet(path), expected)
    assert (report.size, report.left_out) == (size, len(excluded))
    assert os.listdir(tmp_path) and not list(tmp_path.glob(".*"))


def test_writes_the_same_as_csv(model, users, campaign, tmp_path):
    paths = tmp_path / "new" / "a.csv", tmp_path / "a.parquet"
    for path in paths:
        retrieve(model, users, 50, path, campaign=campaign)
    table, frame = pd.read_csv(paths[0]), pd.read_parquet(paths[1])
    assert table["user_id"].tolist() == frame["user_id"].tolist()
    np.testing.assert_array_equal(table["score"].astype("float32"), frame.score)


def test_text_ids_are_kept_and_ordered_as_text(model, campaign, tmp_path):
    table = {
        "id": ["b", "10", "9", "é"],
        "taste": [1, 1, 1, 1],
        "tags": [[1, 2], [2, 1], [1, 2], [1]],  # filled up to "1 and none"
        "spend": [1.0, 1.0, 1.0, 1.0],
    }
    parquet.write_table(pa.table(table), tmp_path / "users.parquet")
    users = UserBase(tmp_path, id_column="id")
    path = tmp_path / "out" / "audience.parquet"
    retrieve(model, users, 3, path, campaign=campaign, exclude=["é"])
    frame = pd.read_parquet(path)
    assert frame["id"].tolist() == ["10", "9", "b"]
    assert frame["score"].nunique() == 1


def test_other_models_are_given_the_campaign_row_by_row(users, tmp_path):
    model = tfmtl.models.SharedBottom(
        [
            tfmtl.CategoricalFeature("taste", 4, embedding_dim=4),
            tfmtl.CategoricalFeature("category", 6, embedding_dim=4),
        ],
        [tfmtl.BinaryTask("responds")],
        seed=0,
    )
    campaign = {"category": 3}
    retrieve(model, users, 9, tmp_path / "a.parquet", campaign=campaign)
    expander = expander_of(model, users, campaign, [-1])
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "a.parquet"),
        expander.expand(users.read(), 9),
    )


def test_candidates_alone_are_scored_and_ranked_as_among_all(
    model, users, campaign, tmp_path, monkeypatch
):
    everyone = tmp_path / "all.parquet"
    retrieve(model, users, len(users), everyone, campaign=campaign)
    # All of the first file but one, nobody of the second, a tenth of the third.
    ids = [shard.ids("user_id") for shard in users.shards]
    candidates = np.concatenate([ids[0][1:], ids[2][::10], [-5]])
    excluded = ids[0][1:40]
    scored = []
    module = importlib.import_module(retrieve.__module__)
    monkeypatch.setattr(
        module, "check_finite", lambda scores, ids: scored.append(len(scores))
    )
    path = tmp_path / "some.parquet"
    report = retrieve(
        model,
        users,
        60,
        path,
        campaign=campaign,
        exclude=excluded,
        candidates=candidates,
    )
    expected = pd.read_parquet(everyone)
    kept = np.setdiff1d(candidates, excluded)
    expected = expected[expected["user_id"].isin(kept)][:60]
    pd.testing.assert_frame_equal(
        pd.read_parquet(path), expected.reset_index(drop=True)
    )
    assert scored == [130, 17]
    assert report.left_out == 300 - (129 - 39 + 17)


def test_tells_of_its_progress(model, users, campaign, tmp_path):
    told = []
    path = tmp_path / "audience.csv"
    retrieve(model, users, 2, path, campaign=campaign, on_progress=told.append)
    assert told == sorted(told) and told[-1] == 300
    assert {130, 131} <= set(told)


def test_goes_on_without_scoring_finished_shards_again(
    model, users, campaign, tmp_path
):
    path, again = tmp_path / "a.parquet", []

    def stop(done):
        if done > 131:
            raise KeyboardInterrupt

    def go(**options):
        options = {"campaign": campaign, **options}
        return retrieve(model, users, 20, path, **options)

    with pytest.raises(KeyboardInterrupt):
        go(on_progress=stop)
    assert not path.exists()
    report = go(on_progress=again.append)
    assert report.shards_before == 2 and again == [130, 131, 300, 300]
    first = path.read_bytes()
    # What was finished for another campaign is of no use.
    path.unlink()
    with pytest.raises(KeyboardInterrupt):
        go(campaign={**campaign, "category": 3}, on_progress=stop)
    assert go().shards_before == 0
    assert path.read_bytes() == first
    assert [p.name for p in tmp_path.iterdir()] == ["a.parquet"]


KILLED = """
import sys, time
import keras, tfmtl
folder, model, path = sys.argv[1:]
def tell(done):
    print(done, flush=True)
    time.sleep(0.05)
tfmtl.audience.retrieve(
    keras.models.load_model(model, compile=False),
    tfmtl.audience.UserBase(folder), 20, path, on_progress=tell,
    campaign={"category": 2, "brands": [3, 4]}
)
"""


@pytest.mark.slow
def test_killed_at_any_time_the_audience_is_the_same(
    model, users, folder, campaign, tmp_path
):
    path, file = tmp_path / "audience.parquet", tmp_path / "model.keras"
    model.save(file)
    command = [sys.executable, "-c", KILLED, str(folder), str(file), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        told = int(run.stdout.readline())
        while told < 131:
            told = int(run.stdout.readline())
        time.sleep(np.random.default_rng().uniform(0, 0.1))
        run.send_signal(signal.SIGKILL)
    assert not path.exists()
    seen = []
    report = retrieve(
        model, users, 20, path, campaign=campaign, on_progress=seen.append
    )
    assert 1 <= report.shards_before and seen[0] >= 130
    expected = expander_of(model, users, campaign, [-1])
    pd.testing.assert_frame_equal(
        pd.read_parquet(path), expected.expand(users.read(), 20)
    )
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"size": 299}, "of 300 users 298 are left"),
        ({"size": 0}, "size=0"),
        ({"path": "audience.txt"}, r"end in .parquet or .csv.*audience.txt"),
        ({"exclude": ["7"]}, "`exclude` should hold ids .* integer"),
        ({"exclude": 7}, "`exclude` should list the ids"),
        ({"candidates": ["7"]}, "`candidates` should hold ids .* integer"),
        ({"candidates": [1, 2]}, "of 300 users [0-2] are left"),
        ({"campaign": {"category": 1}}, r"neither for \['brands'\]"),
        ({"campaign": {"brand": 1}}, r"Received: \['brand'\]"),
        ({"campaign": {"category": 1, "brands": 3}}, "2 value.*'brands'"),
        ({"campaign": {"category": 1.5, "brands": [3, 4]}}, "whole numbers"),
    ],
)
def test_refuses_what_cannot_be_done_and_leaves_the_file_as_it_is(
    model, users, campaign, change, message, tmp_path
):
    options = {
        "size": 5,
        "path": "audience.csv",
        "campaign": campaign,
        "exclude": users.ids()[:2],
        **change,
    }
    path = tmp_path / options.pop("path")
    path.write_text("before")
    with pytest.raises(ValueError, match=message):
        retrieve(model, users, path=path, **options)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_refuses_an_id_that_is_in_two_files(
    model, bad_base, campaign, tmp_path
):
    users = bad_base(user_id=np.array([7, 8, 9, 3, 11]))
    with pytest.raises(ValueError, match=r"one row of one file.*first \[3\]"):
        retrieve(model, users, 1, tmp_path / "a.csv", campaign=campaign)


def test_refuses_users_whose_numbers_are_none(
    model, bad_base, campaign, tmp_path
):
    users = bad_base(spend=np.array([1, np.inf, np.nan, 1, 1], "float32"))
    message = r"inf in 2 row\(s\) of column 'spend' of .*part-1.*first in row 1"
    with pytest.raises(ValueError, match=message):
        retrieve(model, users, 1, tmp_path / "a.csv", campaign=campaign)
    assert not (tmp_path / "a.csv").exists()
