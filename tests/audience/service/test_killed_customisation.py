"""A worker that is killed at any moment loses nothing and doubles nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).parents[3]
KILLS = 2
# Forks workers that customise a campaign and choose its audience, kills each
# after a random number of steps, and lets the last one end. Forking spares
# the import of TensorFlow, which is not used before.
SCRIPT = """
import json, os, random, signal, sys, time
from tfmtl import audience
from tfmtl.audience import service
import tfmtl

quiet, killed, kills = *sys.argv[1:3], int(sys.argv[3])

class General:
    version = "1"
    campaign_columns = {}

    def __init__(self):
        self.model = tfmtl.models.SharedBottom(
            [tfmtl.CategoricalFeature("taste", 6, embedding_dim=4)],
            [tfmtl.BinaryTask("responds")],
            bottom_units=(), tower_units=(8,), seed=0,
        )
        self.model.build()

    def encode_campaign(self, values):
        return {}

def work(home, tell):
    made = service.AudienceService(
        audience.CampaignStore(f"sqlite:///{home}/audience.db"),
        General(),
        audience.UserBase(f"{home}/users"),
        f"{home}/made",
        service.Customisation(
            audience.FineTuning(audience.Epochs(3), batch_size=64)
        ),
    )
    if not made.store.campaigns():
        made.create_campaign("spring")
    tell("seeds")
    made.ingest_seeds("spring", f"{home}/seeds.csv")
    if not made.store.jobs("spring"):
        made.store.enqueue("spring", service.CUSTOMISE, retries=kills)
    if len(made.store.jobs("spring")) < 2:
        made.store.enqueue("spring", service.audience_of(50), retries=kills)
    while {j.status for j in made.store.jobs("spring")} != {"done"}:
        for outcome in made.run_queue("worker", 0.5, lambda s: tell(s.name)):
            assert not outcome.error, outcome.error
        time.sleep(0.05)
    (path,) = {each.path for each in made.store.audiences("spring")}
    return {
        "models": len(made.store.models("spring")),
        "training_set": made.store.training_set("spring").version,
        "audience": made.audience_ids(path).tolist(),
        "audiences": len(made.store.audiences("spring")),
        "left": [
            name for _, _, names in os.walk(f"{home}/made")
            for name in names if name.startswith(".")
        ],
    }

def forked(home, steps=None):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as pipe:
            result = work(home, lambda name: print(name, file=pipe, flush=True))
            print(json.dumps(result), file=pipe, flush=True)
        os._exit(0)
    os.close(writing)
    last = ""
    with os.fdopen(reading) as pipe:
        for number, line in enumerate(pipe):
            last = line
            if number == steps:
                time.sleep(random.uniform(0, 0.05))
                break
    if steps is not None:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return last

random.seed(0)
points = sorted(random.sample(range(4, 11), kills))
print(forked(quiet).strip())
print(json.dumps([forked(killed, steps).strip() for steps in points]))
print(forked(killed).strip())
"""


def run(*arguments):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 3 and lines[-1].startswith("{"), done.stderr
    return map(json.loads, lines)


@pytest.mark.slow
def test_one_version_and_the_same_audience_whenever_a_worker_is_killed(
    tmp_path,
):
    draw = np.random.default_rng(0)
    users = pd.DataFrame(
        {"user_id": np.arange(400), "taste": draw.integers(1, 6, 400)}
    )
    homes = tmp_path / "quiet", tmp_path / "killed"
    for home in homes:
        (home / "users").mkdir(parents=True)
        users.to_parquet(home / "users" / "part-0.parquet")
        seeds = users[users["taste"] == 3][["user_id"]][:40]
        seeds.to_csv(home / "seeds.csv", index=False)
    undisturbed, killed_at, result = run(*homes, KILLS)
    assert len(killed_at) == KILLS and len(set(killed_at)) > 1
    assert result == undisturbed
    assert (result["models"], result["training_set"]) == (1, 1)
    assert result["audiences"] == 1 and len(set(result["audience"])) == 50
