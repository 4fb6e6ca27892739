"""Contenders and data that cost nothing, for the machinery around them."""

import dataclasses
from typing import ClassVar

import numpy as np
import pytest

import tfmtl
from tfmtl.experiments import Contender
from tfmtl.experiments import Data
from tfmtl.experiments import Part
from tfmtl.experiments import Protocol
from tfmtl.experiments import Settings
from tfmtl.experiments import Trained
from tfmtl.experiments.presets import Preset
from tfmtl.experiments.scores import score

FEATURES = [
    tfmtl.CategoricalFeature("user", 20, embedding_dim=4),
    tfmtl.NumericFeature("price"),
]
TASKS = [
    tfmtl.BinaryTask("click"),
    tfmtl.BinaryTask("purchase", parent="click"),
]


def make_part(rows, seed):
    draw = np.random.default_rng(seed)
    x = {
        "user": draw.integers(0, 20, rows).astype(np.int32),
        "price": draw.normal(size=rows).astype(np.float32),
    }
    chance = 1 / (1 + np.exp(2 - x["user"] / 5 - x["price"]))
    click = draw.random(rows) < chance
    purchase = click & (draw.random(rows) < chance)
    y = {"click": click, "purchase": purchase}
    return Part(x, {k: v.astype(np.float32)[:, None] for k, v in y.items()})


@dataclasses.dataclass(frozen=True)
class Tiny(Preset):
    """A few hundred rows."""

    name: ClassVar[str] = "tiny"
    settings: ClassVar[Settings] = Settings(
        batch_size=100, learning_rates=(0.01,), epochs=2
    )

    rows: int = 200

    def load(self, seed):
        parts = [make_part(self.rows, 10 * seed + part) for part in range(3)]
        return Data(FEATURES, TASKS, *parts, "a few rows for a test")


@dataclasses.dataclass(frozen=True)
class Stub(Contender):
    """Predicts by the price, and by chance as much as `noise` says."""

    noise: float = 0.0
    fails_on: tuple[int, ...] = ()

    def check(self, features, tasks):
        pass

    def train(self, features, tasks, train, dev, *, seed, settings):
        if seed in self.fails_on:
            raise RuntimeError("killed")
        draw = np.random.default_rng(seed)

        def predict(part):
            noise = self.noise * draw.normal(size=len(part))
            chance = 1 / (1 + np.exp(-part.x["price"] - noise))
            return {task.name: chance[:, None] for task in tasks}

        return Trained(predict, score(tasks, dev, predict(dev)), 0.5)

    def config(self):
        return {"name": self.name, "model": "Stub", "noise": self.noise}


@pytest.fixture(scope="module")
def protocol():
    """A baseline, a better model and a worse one on three seeds."""
    return Protocol(
        "ours",
        "Stubs of a test",
        Tiny(),
        contenders=(Stub("base", 1.0), Stub("good"), Stub("bad", 9.0)),
        baselines=("base",),
        settings=Tiny.settings,
        seeds=(0, 1, 2),
    )


@pytest.fixture(scope="module")
def stub():
    """The class of contenders that cost nothing."""
    return Stub


@pytest.fixture(scope="module")
def tiny():
    """The class of their data."""
    return Tiny
