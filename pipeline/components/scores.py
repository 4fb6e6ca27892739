"""Scores serialized examples with exported models, a batch at a time."""

import dataclasses
import os
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from pipeline.components.describe_error import describe
from tfmtl.tasks import Task


@dataclasses.dataclass(frozen=True)
class Scores:
    """What an evaluation needs of the rows.

    Args:
        labels: `{task: (rows,)}`, float32.
        slices: `{column: (rows,)}`.
        predictions: `{model: {task: (rows,)}}`, float32. A model that lacks a
            task lacks its key. References stand among the models.
        unread: `{model: reason}` of the models that cannot read the rows, and
            have no predictions.
    """

    labels: Mapping[str, np.ndarray]
    slices: Mapping[str, np.ndarray]
    predictions: Mapping[str, Mapping[str, np.ndarray]]
    unread: Mapping[str, str] = dataclasses.field(default_factory=dict)


def score(
    files: Sequence[str],
    models: Mapping[str, str],
    tasks: Sequence[Task],
    slices: Sequence[str] = (),
    batch_size: int = 4096,
    references: Mapping[str, Mapping[str, str]] | None = None,
) -> Scores:
    """Scores every row with every model in one pass over the files.

    Args:
        files: TFRecords of tf.Examples, compressed as TFX writes them.
        models: Name to the folder of a SavedModel, whose `serving_default`
            takes serialized examples and gives `{task: (batch, 1)}`. The
            first must give every task; others may want columns that are no
            longer there.
        tasks: Tasks, whose labels are features of their names.
        slices: Further features to read, one value a row.
        batch_size: Rows a call of a model.
        references: Forecasts that the examples hold themselves, by name:
            task to feature.

    Returns:
        The scores, in the order of the files.

    Raises:
        ValueError: There are no rows, a label or a slice column is not among
            the features, or the first model lacks a task.
    """
    loaded = {name: tf.saved_model.load(path) for name, path in models.items()}
    signatures = {
        name: model.signatures["serving_default"]
        for name, model in loaded.items()
    }
    names = [task.name for task in tasks]
    _check_outputs(next(iter(signatures.values())), names)
    references = references or {}
    told = [feature for by in references.values() for feature in by.values()]
    spec = _feature_spec(files, [*names, *slices, *told])
    unread = {
        name: reason
        for name, signature in list(signatures.items())[1:]
        if (reason := why_unread(signature, files))
    }
    for name in unread:
        del signatures[name]
    columns, predictions = _read(
        _records(files).batch(batch_size), spec, signatures, names
    )
    told_by = {
        name: {
            task: columns[each].astype(np.float32) for task, each in by.items()
        }
        for name, by in references.items()
    }
    return Scores(
        labels={name: columns[name].astype(np.float32) for name in names},
        slices={name: columns[name] for name in slices},
        predictions={**predictions, **told_by},
        unread=unread,
    )


def _read(
    batches: tf.data.Dataset,
    spec: Mapping[str, tf.io.FixedLenFeature],
    signatures: Mapping[str, Any],
    tasks: Sequence[str],
) -> tuple[dict[str, np.ndarray], dict[str, dict[str, np.ndarray]]]:
    """Returns the features of all rows, and the predictions by model."""
    features: dict[str, list[np.ndarray]] = {name: [] for name in spec}
    predictions: dict[str, dict[str, list[np.ndarray]]] = {
        name: {task: [] for task in tasks if task in outputs.structured_outputs}
        for name, outputs in signatures.items()
    }
    for examples in batches.prefetch(1):
        parsed = tf.io.parse_example(examples, spec)
        for name, column in features.items():
            column.append(parsed[name].numpy())
        for name, signature in signatures.items():
            outputs = signature(examples=examples)
            for task, parts in predictions[name].items():
                parts.append(outputs[task].numpy().reshape(-1))
    return _joined(features), {
        name: _joined(by_task) for name, by_task in predictions.items()
    }


def _joined(parts: Mapping[str, list[np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.concatenate(each) for name, each in parts.items()}


def why_unread(signature: Any, files: Sequence[str]) -> str | None:
    """Returns why a model cannot read the rows, None if it can.

    All rows have the same features, so that the first one tells.

    Args:
        signature: A signature of a SavedModel that takes `examples`.
        files: As of `score`, with a row or more.
    """
    try:
        signature(examples=next(iter(_records(files).batch(1))))
    except tf.errors.InvalidArgumentError as error:
        return describe(error)
    return None


def _records(files: Sequence[str]) -> tf.data.Dataset:
    return tf.data.TFRecordDataset(files, compression_type="GZIP")


def _feature_spec(
    files: Sequence[str], names: Sequence[str]
) -> dict[str, tf.io.FixedLenFeature]:
    """Returns how to parse the features; their types are the first row's."""
    first = next(iter(_records(files).take(1).as_numpy_iterator()), None)
    if first is None:
        raise ValueError(
            "There should be rows to evaluate; check the filter that made the "
            f"split. Received: none in {list(map(os.fspath, files))}."
        )
    row = tf.train.Example.FromString(first).features.feature
    types: dict[str | None, Any] = {
        "int64_list": tf.int64,
        "float_list": tf.float32,
        "bytes_list": tf.string,
    }
    spec = {}
    for name in names:
        kind = row[name].WhichOneof("kind") if name in row else None
        if kind is None:
            raise ValueError(
                "Labels and slice columns should be features of the examples; "
                "let ExampleGen write the column. "
                f"Received: {name!r}, features={sorted(row)}."
            )
        spec[name] = tf.io.FixedLenFeature([], types[kind])
    return spec


def _check_outputs(signature: Any, tasks: Sequence[str]) -> None:
    outputs = sorted(signature.structured_outputs)
    missing = [task for task in tasks if task not in outputs]
    if missing:
        raise ValueError(
            "The model's `serving_default` should give an output for every "
            f"task; export it with them. Received: outputs={outputs}, "
            f"without {missing}."
        )
