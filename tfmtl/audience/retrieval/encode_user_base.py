"""Computes the representations of all users once."""

import contextlib
import json
import os
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfmtl.audience.retrieval.prefetched import prefetched
from tfmtl.audience.retrieval.representation_file import COMPARED
from tfmtl.audience.retrieval.representation_file import PARTS
from tfmtl.audience.retrieval.representation_file import RepresentationFile
from tfmtl.audience.retrieval.shard import Block
from tfmtl.audience.retrieval.shard import Shard
from tfmtl.audience.retrieval.shard_checks import widths_of
from tfmtl.audience.retrieval.user_base import UserBase
from tfmtl.audience.retrieval.user_representations import DESCRIPTION
from tfmtl.audience.retrieval.user_representations import UserRepresentations
from tfmtl.audience.retrieval.user_representations import description_of
from tfmtl.audience.retrieval.user_representations import expert_weights
from tfmtl.audience.scoring import BATCH
from tfmtl.files import remove_abandoned
from tfmtl.files import write_text
from tfmtl.models import MetaHeac


def encode_user_base(
    model: MetaHeac,
    users: UserBase,
    folder: str | os.PathLike[str],
    *,
    dtype: Any = np.float32,
    on_progress: Callable[[int], None] = lambda done: None,
) -> UserRepresentations:
    """Computes and stores what a model's experts make of all users.

    A run that was killed is gone on with by the same call. Called again when
    some files of the users have changed, it computes these only.

    Args:
        model: A `MetaHeac`, the general one.
        users: The users.
        folder: Where to keep the representations.
        dtype: How to keep the numbers. `np.float16` takes half the room and
            time, and moves the scores by some thousandths of themselves.
        on_progress: Is told how many users are encoded.

    Returns:
        The `UserRepresentations`.

    Raises:
        ValueError: If the model is no `MetaHeac`, the users lack features of
            it, numbers do not fit, or the folder holds representations of
            another kind.

    Example:

        stored = tfmtl.audience.encode_user_base(general, users, "stored/")
        tfmtl.audience.retrieve(customised, stored, 1000, "audience.csv")
    """
    folder = Path(folder)
    description = {
        "weights": expert_weights(model),
        "dtype": np.dtype(dtype).name,
        "id_column": users.id_column,
    }
    _open(folder, description)
    encoded = _encoder(model, users)
    done = 0
    for shard in users.shards:
        file = RepresentationFile(folder / shard.path.name)
        source = f"{shard.signature} {description} {PARTS}"
        if not file.is_made_of(source):
            with contextlib.closing(prefetched(encoded(shard))) as blocks:
                file.write(blocks, shard.rows, users.id_field, dtype, source)
        done += shard.rows
        on_progress(done)
    _close(folder, description, [shard.path.name for shard in users.shards])
    return UserRepresentations(folder)


def _encoder(
    model: MetaHeac, users: UserBase
) -> Callable[[Shard], Iterator[Block]]:
    """Returns a function from a shard to ids and representations."""
    own = set(model.campaign_features)
    features = [f for f in model.features if f.name not in own]
    users.check_features(features)
    widths = widths_of(features)

    @tf.function(autograph=False)
    def encode(columns: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        encoded = model.encode_users(columns)
        return {**encoded, COMPARED: tf.reduce_mean(encoded["experts"], axis=1)}

    def blocks(shard: Shard) -> Iterator[Block]:
        for ids, columns in shard.blocks(users.id_column, widths, BATCH):
            inputs = {n: tf.constant(c) for n, c in columns.items()}
            yield ids, {n: t.numpy() for n, t in encode(inputs).items()}

    return blocks


def _open(folder: Path, description: dict[str, str]) -> None:
    """Makes the folder, or refuses one that holds something else."""
    folder.mkdir(parents=True, exist_ok=True)
    before = description_of(folder)
    others = [
        path.name
        for path in sorted(folder.glob("*.parquet"))
        if not RepresentationFile(path).is_one
    ]
    if others or before not in (None, description):
        raise ValueError(
            "`folder` should be new, or hold representations of these experts "
            "in this `dtype`; choose another one. Received: "
            f"folder={str(folder)!r}, other files {others[:5]}, before "
            f"{before}, now {description}."
        )
    remove_abandoned(folder, ".*")


def _close(folder: Path, description: dict[str, str], names: list[str]) -> None:
    """Removes files of shards that are gone, and says that all are there."""
    for path in folder.glob("*.parquet"):
        if path.name not in names:
            RepresentationFile(path).remove()
    write_text(folder / DESCRIPTION, json.dumps(description))
