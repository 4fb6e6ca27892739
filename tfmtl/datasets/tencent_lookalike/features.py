"""The features of data that `prepare` wrote."""

import os
from collections.abc import Mapping
from pathlib import Path

from tfmtl.datasets.prepared_folder import VOCABULARY
from tfmtl.datasets.tencent_lookalike import schema
from tfmtl.datasets.vocabulary import Vocabulary
from tfmtl.features import CategoricalFeature


def user_features(
    output_dir: str | os.PathLike[str], embedding_dim: int = 16
) -> list[CategoricalFeature]:
    """Returns the features of users in data that `prepare` wrote.

    Args:
        output_dir: The folder given to `prepare`.
        embedding_dim: Width of each embedding.
    """
    return _features(output_dir, schema.USER_FIELDS, embedding_dim)


def campaign_features(
    output_dir: str | os.PathLike[str], embedding_dim: int = 16
) -> list[CategoricalFeature]:
    """Returns the features of campaigns in data that `prepare` wrote.

    Args:
        output_dir: The folder given to `prepare`.
        embedding_dim: Width of each embedding.
    """
    fields = dict.fromkeys(schema.CAMPAIGN_FIELDS)
    return _features(output_dir, fields, embedding_dim)


def _features(
    output_dir: str | os.PathLike[str],
    lengths: Mapping[str, int | None],
    embedding_dim: int,
) -> list[CategoricalFeature]:
    path = Path(output_dir) / VOCABULARY
    sizes = Vocabulary.read(path, list(lengths)).sizes
    return [
        CategoricalFeature(field, sizes[field], embedding_dim, length)
        for field, length in lengths.items()
    ]
