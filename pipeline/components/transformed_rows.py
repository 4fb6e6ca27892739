"""What trainers of all jobs read, and how one training is told apart."""

import dataclasses
import hashlib
from collections.abc import Sequence
from typing import Any

import tensorflow as tf


def records_of(patterns: Sequence[str]) -> tf.data.TFRecordDataset:
    """Returns serialized examples, in an order that is always the same.

    Args:
        patterns: Patterns of compressed TFRecord files.
    """
    files = sorted(path for glob in patterns for path in tf.io.gfile.glob(glob))
    return tf.data.TFRecordDataset(files, "GZIP")


def fingerprint(config: Any, fn_args: Any) -> str:
    """Names a training: a backup of another one must not be taken.

    Args:
        config: What the training is told, a dataclass of plain values.
        fn_args: `tfx.components.FnArgs` of a trainer or a tuner.
    """
    inputs = (
        sorted(dataclasses.asdict(config).items()),
        fn_args.transform_graph_path,
        sorted(fn_args.train_files),
        fn_args.hyperparameters,
        getattr(fn_args, "base_model", None),
    )
    return hashlib.blake2b(repr(inputs).encode(), digest_size=8).hexdigest()
