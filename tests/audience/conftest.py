"""Users of whom some are easy to tell, and a model that knows nothing yet."""

import numpy as np
import pytest

import tfmtl
from tfmtl import audience

SIZE = 600


@pytest.fixture(scope="module")
def general():
    """A small general model of users and campaigns; no test may change it."""
    model = tfmtl.models.SharedBottom(
        [
            tfmtl.CategoricalFeature("taste", 6, embedding_dim=4),
            tfmtl.CategoricalFeature("age", 6, embedding_dim=4),
            tfmtl.CategoricalFeature("category", 6, embedding_dim=4),
        ],
        [tfmtl.BinaryTask("responds")],
        bottom_units=(),
        tower_units=(8,),
        seed=0,
    )
    model.build()
    return model


@pytest.fixture(scope="module")
def pool():
    """Users with ids from 1000 on, in no order."""
    draw = np.random.default_rng(0)
    return {
        "user_id": draw.permutation(SIZE) + 1000,
        "taste": draw.integers(0, 6, SIZE),
        "age": draw.integers(0, 6, SIZE),
    }


@pytest.fixture(scope="module")
def seeds(pool):
    """Half of those with a taste for 3: 50 users."""
    return pool["user_id"][pool["taste"] == 3][:50]


@pytest.fixture(scope="module")
def tuning():
    """As much training as it takes to tell them."""
    return audience.FineTuning(
        audience.Epochs(3),
        make_optimizer=lambda: tfmtl.optimizers.LazyAdam(0.05),
        batch_size=64,
    )
