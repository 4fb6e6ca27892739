"""What all tests share: quiet TensorFlow, fixed seeds, small data."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import pytest  # noqa: E402

import tfmtl  # noqa: E402


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the marks in its own
def pytest_collection_modifyitems(items):
    """Keeps the tests of a file in one process, as they share fixtures.

    Of the conformance tests only those of a model do: `--dist=loadgroup` hands
    small groups out last, so that no process is idle while another has a long
    file.
    """
    for item in items:
        group = item.path.stem
        if item.path.parent.name == "conformance":
            name = getattr(item, "callspec", None) and item.callspec.params.get(
                "name"
            )
            if not name:
                continue
            group = f"{group}_{name}"
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(autouse=True)
def _seeded():
    keras.utils.set_random_seed(0)


@pytest.fixture
def features():
    """Two fields of one width, one of another, and a number."""
    return [
        tfmtl.CategoricalFeature("user", 50, embedding_dim=4),
        tfmtl.CategoricalFeature("item", 30, embedding_dim=4),
        tfmtl.CategoricalFeature("hour", 24, embedding_dim=2),
        tfmtl.NumericFeature("price"),
    ]


@pytest.fixture
def path():
    """Three steps, each the parent of the next."""
    return [
        tfmtl.BinaryTask("click"),
        tfmtl.BinaryTask("cart", parent="click"),
        tfmtl.BinaryTask("purchase", parent="cart"),
    ]


@pytest.fixture
def rows():
    """Maker of random inputs and nested labels that fit the two above."""

    def make(count, seed=0):
        draw = np.random.default_rng(seed)
        inputs = {
            "user": draw.integers(0, 50, count),
            "item": draw.integers(0, 30, count),
            "hour": draw.integers(0, 24, count),
            "price": draw.normal(size=count).astype(np.float32),
        }
        labels = {}
        reached = np.ones(count, bool)
        for name in ("click", "cart", "purchase"):
            reached = reached & (draw.random(count) < 0.6)
            labels[name] = reached.astype(np.float32)[:, np.newaxis]
        return inputs, labels

    return make
