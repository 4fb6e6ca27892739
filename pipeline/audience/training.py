"""What is read, and what is made, to be trained."""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf
import tensorflow_transform as tft

import tfmtl
from pipeline.audience import columns
from pipeline.audience import preprocessing
from pipeline.components.transformed_rows import records_of
from tfmtl import features as features_lib

_BATCH = 4096


@dataclasses.dataclass(frozen=True)
class TrainingConfig:
    """What a training is told; plain values, as TFX wants them.

    Args:
        model_name: Name that the model will be served under.
        backup_dir: Folder from which what was killed goes on.
        epochs: Greatest number of epochs.
        steps: Steps of an epoch.
        campaigns: Campaigns of a step, fewer if there are fewer.
        rows: Rows of a support set, and of a query set.
        learning_rate: Learning rate of `LazyAdam`.
        inner_learning_rate: Length of an inner step.
        first_order: Whether the meta-gradient leaves out second derivatives.
        embedding_dim: Width of the embeddings.
        seed: Makes weights and draws repeatable.
        run: Number of the run; a new one trains anew, the same one is cached.
    """

    model_name: str
    backup_dir: str
    epochs: int = 6
    steps: int = 60
    campaigns: int = 5
    rows: int = 256
    learning_rate: float = 1e-3
    inner_learning_rate: float = 1e-3
    first_order: bool = False
    embedding_dim: int = 16
    seed: int = 0
    run: int = 1


class Rows(NamedTuple):
    """Transformed rows in memory.

    Args:
        features: `{"ids": (rows, columns)}`.
        labels: `{task: (rows,)}`, float32.
        campaigns: `(rows,)` texts.
    """

    features: dict[str, np.ndarray]
    labels: dict[str, np.ndarray]
    campaigns: np.ndarray


def read(
    patterns: Sequence[str], transform_output: tft.TFTransformOutput
) -> Rows:
    """Reads transformed rows, as episodes need them all at hand.

    A row of 40 ids takes 160 bytes, a hundred million rows 16 GB.

    Args:
        patterns: Patterns of compressed TFRecord files.
        transform_output: What the Transform component wrote.
    """
    spec = transform_output.transformed_feature_spec()

    def parse(records: tf.Tensor) -> dict[str, tf.Tensor]:
        row = tf.io.parse_example(records, spec)
        return {
            "ids": tf.cast(row[features_lib.IDS], tf.int32),
            "labels": tf.cast(row[preprocessing.LABELS][:, 0], tf.float32),
            "campaigns": row[preprocessing.CAMPAIGNS][:, 0],
        }

    parts = list(records_of(patterns).batch(_BATCH).map(parse))
    whole = {
        name: np.concatenate([part[name].numpy() for part in parts])
        for name in parts[0]
    }
    return Rows(
        {features_lib.IDS: whole["ids"]},
        {columns.TASK.name: whole["labels"]},
        whole["campaigns"].astype(str),
    )


def make_model(
    config: TrainingConfig, values: Mapping[str, Sequence[str]]
) -> tfmtl.models.MetaHeac:
    """Builds the model, with weights drawn from the seed.

    Args:
        config: Sizes and seed.
        values: By feature, the values of its ids from 1.
    """
    keras.utils.set_random_seed(config.seed)
    model = tfmtl.models.MetaHeac(
        preprocessing.model_features(values, config.embedding_dim),
        [columns.TASK.of_model()],
        campaign_features=preprocessing.CAMPAIGN_FEATURES,
        seed=config.seed,
    )
    model.build()
    return model


def episodes(
    config: TrainingConfig, rows: Rows, finished: int
) -> tf.data.Dataset:
    """Returns the episodes of the epochs to come, one after the other.

    They are those that a training in one go would have had.

    Args:
        config: Sizes and seed.
        rows: What to learn from.
        finished: Number of epochs that are over.
    """
    epoch = tfmtl.training.domain_episodes(
        *rows,
        count=min(config.campaigns, len(np.unique(rows.campaigns))),
        rows=config.rows,
        steps=config.steps,
        seed=config.seed,
    )
    return epoch.repeat().skip(finished * config.steps)
