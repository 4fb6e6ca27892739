"""Users of whom some are easy to tell, and a model that knows nothing yet."""

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tfmtl
from tfmtl import audience
from tfmtl.audience import service

SIZE = 600
USERS = 3000
TASTE = 3


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


@dataclasses.dataclass(frozen=True)
class General:
    """What the service asks of a general model, without a SavedModel."""

    model: Any
    version: str = "17"

    @property
    def campaign_columns(self):
        return {"category": "text"}

    def encode_campaign(self, values):
        categories = ["food", "garden", "toys"]
        unknown = sorted(set(values) - {"category"})
        if unknown:
            raise ValueError(f"A campaign has `category`. Received: {unknown}.")
        category = values.get("category")
        known = category in categories
        return {"category": categories.index(category) + 1 if known else 0}


@pytest.fixture(scope="session")
def campaign_general():
    """A small MetaHeac that knows nothing yet; no test may change it."""
    model = tfmtl.models.MetaHeac(
        [
            tfmtl.CategoricalFeature("taste", 6, embedding_dim=4),
            tfmtl.CategoricalFeature("tags", 8, 4, max_length=3),
            tfmtl.NumericFeature("spend"),
            tfmtl.CategoricalFeature("category", 4, embedding_dim=4),
        ],
        [tfmtl.BinaryTask("responds")],
        campaign_features=["category"],
        num_experts=2,
        num_critics=2,
        expert_units=(8,),
        gate_units=(),
        embedding_stddev=0.3,
        seed=0,
    )
    model.build()
    return General(model)


@pytest.fixture(scope="session")
def people():
    """All users, ids from 10,000 on in no order."""
    draw = np.random.default_rng(0)
    taste = draw.integers(1, 6, USERS)
    tags = draw.integers(0, 8, (USERS, 3))
    return pd.DataFrame(
        {
            "user_id": draw.permutation(USERS) + 10_000,
            "taste": taste,
            "tags": list(tags),
            "spend": np.where(taste == TASTE, 1.0, 0.0)
            + draw.normal(0, 0.5, USERS),
        }
    )


@pytest.fixture(scope="session")
def user_base(people, tmp_path_factory):
    """The same in two files."""
    folder = tmp_path_factory.mktemp("users")
    people[:1800].to_parquet(folder / "part-0.parquet", index=False)
    people[1800:].to_parquet(folder / "part-1.parquet", index=False)
    return audience.UserBase(folder)


@pytest.fixture(scope="session")
def quick_tuning():
    """As much training as it takes to tell them."""
    return audience.FineTuning(
        audience.Epochs(4),
        make_optimizer=lambda: tfmtl.optimizers.LazyAdam(0.03),
        batch_size=256,
    )


@pytest.fixture(scope="session")
def fans(people):
    """Those with the taste: about 600 users."""
    return people["user_id"][people["taste"] == TASTE].to_numpy()


@pytest.fixture(scope="session")
def make_service(campaign_general, user_base, quick_tuning, tmp_path_factory):
    """Makes a service with a store of its own."""

    def make(folder=None, **options):
        folder = folder or tmp_path_factory.mktemp("service")
        return service.AudienceService(
            audience.CampaignStore(f"sqlite:///{folder}/audience.db"),
            campaign_general,
            user_base,
            folder / "made",
            service.Customisation(quick_tuning, **options),
        )

    return make
