"""Users by the million, and the model that chooses among them."""

import pathlib

import numpy as np
import pyarrow as pa
from pyarrow import parquet

import tfmtl

# About as large as those of the Tencent look-alike data.
_SIZES = (860, 7, 4, 5, 4, 9, 27, 6, 12, 130, 90, 300, 100_000, 10_000)
USER_FEATURES = [
    tfmtl.CategoricalFeature(f"user_{n}", size, embedding_dim=16)
    for n, size in enumerate(_SIZES, start=1)
]
CAMPAIGN_FEATURES = [
    tfmtl.CategoricalFeature(f"campaign_{n}", 200, embedding_dim=16)
    for n in range(1, 7)
]
CAMPAIGN = {f.name: 7 for f in CAMPAIGN_FEATURES}


def model() -> tfmtl.models.MetaHeac:
    """Returns a model with weights that make users differ."""
    made = tfmtl.models.MetaHeac(
        [*USER_FEATURES, *CAMPAIGN_FEATURES],
        [tfmtl.BinaryTask("converts")],
        campaign_features=list(CAMPAIGN),
        embedding_stddev=1.0,
        seed=0,
    )
    made.build()
    return made


def write_users(
    folder: pathlib.Path, users: int, shards: int
) -> tfmtl.audience.UserBase:
    """Writes users whose ids are in no order.

    Args:
        folder: Where to write.
        users: How many.
        shards: Number of files.
    """
    folder.mkdir(parents=True)
    random = np.random.default_rng(0)
    ids = np.array_split(random.permutation(users), shards)
    for number, some in enumerate(ids):
        columns = {"user_id": some} | {
            f.name: random.integers(0, f.vocabulary_size, len(some))
            for f in USER_FEATURES
        }
        parquet.write_table(
            pa.table(columns), folder / f"part-{number:03d}.parquet"
        )
    return tfmtl.audience.UserBase(folder)
