"""Users in three files, with lists, numbers and many ties."""

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

import tfmtl
from tfmtl.audience import UserBase

SIZES = (130, 1, 169)


@pytest.fixture(scope="session")
def model():
    """A MetaHeac whose weights differ; no test may change it."""
    model = tfmtl.models.MetaHeac(
        [
            tfmtl.CategoricalFeature("taste", 4, embedding_dim=4),
            tfmtl.CategoricalFeature("category", 6, embedding_dim=4),
            tfmtl.CategoricalFeature("tags", 5, 4, max_length=2),
            tfmtl.CategoricalFeature("brands", 9, 4, max_length=2),
            tfmtl.NumericFeature("spend"),
        ],
        [tfmtl.BinaryTask("responds")],
        campaign_features=["category", "brands"],
        num_experts=3,
        num_critics=2,
        expert_units=(8,),
        gate_units=(6,),
        embedding_stddev=1.0,
        seed=0,
    )
    model.build()
    return model


@pytest.fixture(scope="session")
def campaign():
    return {"category": 2, "brands": [3, 4]}


def rows(count, first_id=0):
    draw = np.random.default_rng(first_id)
    return {
        "user_id": draw.permutation(count) + first_id,
        "taste": draw.integers(0, 4, count).astype("int32"),
        "tags": draw.integers(0, 5, (count, 2)),
        "spend": draw.integers(0, 2, count).astype("float32"),
    }


def write(path, columns):
    columns = {n: list(c) if c.ndim == 2 else c for n, c in columns.items()}
    parquet.write_table(pa.table(columns), path)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The files."""
    folder = tmp_path_factory.mktemp("users")
    # Ids in which 9 comes before 10, in files that do not follow one another.
    for number, size in enumerate(SIZES):
        columns = rows(size, first_id=(2, 0, 1)[number] * 400)
        write(folder / f"part-{number}.parquet", columns)
    return folder


@pytest.fixture(scope="session")
def users(folder):
    return UserBase(folder)


@pytest.fixture
def bad_base(tmp_path):
    """Maker of a base whose second file differs in some columns."""

    def make(**changes):
        (tmp_path / "bad").mkdir()
        write(tmp_path / "bad" / "part-0.parquet", rows(5))
        columns = {**rows(5, first_id=100), **changes}
        kept = {n: c for n, c in columns.items() if c is not None}
        write(tmp_path / "bad" / "part-1.parquet", kept)
        return UserBase(tmp_path / "bad")

    return make
