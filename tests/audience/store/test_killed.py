"""Killed in the middle and run again: nothing lost, nothing double."""

import os
import signal
import time

import numpy as np
import pandas as pd
import pytest

from tests.audience.store.conftest import START
from tfmtl import audience

EVENTS = 20_000
SEEDS = 5_000
LOGS = ("first.parquet", "second.jsonl")


def write_files(folder):
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "event_id": [f"e{number}" for number in range(EVENTS)],
            "kind": draw.choice(["exposure", "conversion"], EVENTS),
            "campaign_id": "spring",
            "user_id": draw.integers(0, 5000, EVENTS),
            "time": pd.Timestamp(START)
            + pd.to_timedelta(draw.integers(0, 20 * 86_400, EVENTS), "s"),
        }
    )
    # A tenth of the events is in both logs.
    frame[: EVENTS * 11 // 20].to_parquet(folder / LOGS[0])
    times = frame["time"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    second = frame.assign(time=times)[EVENTS * 9 // 20 :]
    second.to_json(folder / LOGS[1], orient="records", lines=True)
    seeds = draw.permutation(10 * SEEDS)[:SEEDS]
    (folder / "seeds.txt").write_text("\n".join(map(str, seeds)))


def state_of(url):
    store = audience.CampaignStore(url, min_seeds=2)
    feedback = store.feedback("spring").drop(columns="batch")
    drawn = store.training_set("spring")
    state = (
        store.seeds("spring").tolist(),
        feedback.values.tolist(),
        drawn.version,
        drawn.negatives.tolist(),
        store.watermark(),
    )
    store.close()
    return state


def is_whole(url):
    """Tells whether every list is there in full or not at all."""
    store = audience.CampaignStore(url, min_seeds=2)
    found = 0
    if store.campaigns():
        found = len(store.seeds("spring"))
    store.close()
    return found in (0, SEEDS)


@pytest.mark.slow
def test_ingestion_killed_at_random_points_ends_as_if_it_had_not_been(
    empty_url, tmp_path, start
):
    write_files(tmp_path)
    given = {"folder": tmp_path, "pool": 10 * SEEDS}
    undisturbed = f"sqlite:///{tmp_path}/undisturbed.db"
    begun = time.monotonic()
    start("take_in.py", url=undisturbed, **given).join()
    seconds = time.monotonic() - begun
    draw = np.random.default_rng(0)
    killed = 0
    for share in draw.permutation(np.linspace(0.1, 0.9, 8)):
        process = start("take_in.py", url=empty_url, **given)
        process.join(share * seconds)
        if process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
            process.join()
            killed += 1
        assert is_whole(empty_url)
    last = start("take_in.py", url=empty_url, **given)
    last.join()
    assert last.exitcode == 0
    assert killed >= 2
    assert state_of(empty_url) == state_of(undisturbed)
