"""Raw columns to ids, within the graph that Transform learns."""

from collections.abc import Sequence

import tensorflow as tf
import tensorflow_transform as tft

from pipeline.components.raw_column import RawColumn


def closed_ids(texts: tf.Tensor, values: Sequence[str]) -> tf.Tensor:
    """Returns ids from 1 for texts of a list, 0 for others.

    Args:
        texts: Texts of any shape.
        values: The list.
    """
    table = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(
            tf.constant(list(values)),
            tf.range(1, len(values) + 1, dtype=tf.int64),
        ),
        default_value=0,
    )
    return table.lookup(texts)


def learned_ids(values: tf.Tensor, name: str) -> tf.Tensor:
    """Returns ids from 1 for values of the training split, 0 for others.

    Args:
        values: Texts or whole numbers of any shape.
        name: Name of the vocabulary.
    """
    ids = tft.compute_and_apply_vocabulary(
        values, default_value=-1, vocab_filename=name
    )
    return ids + 1


def learned_values(
    transform_output: tft.TFTransformOutput, name: str
) -> list[str]:
    """Returns the values that `learned_ids` gave ids to, from id 1.

    Args:
        transform_output: What the Transform component wrote.
        name: Name of the vocabulary.
    """
    return [
        value.decode() for value in transform_output.vocabulary_by_name(name)
    ]


def finite(numbers: tf.Tensor) -> tf.Tensor:
    """Returns numbers with NaN in the place of infinities.

    Only a request that is served can hold these: they are no answer.

    Args:
        numbers: Numbers of any shape.
    """
    return tf.where(tf.math.is_finite(numbers), numbers, float("nan"))


def bucket_ids(numbers: tf.Tensor, buckets: int) -> list[tf.Tensor]:
    """Returns `(batch, 1)` ids per column: 0 where NaN, else from 1.

    Args:
        numbers: `(batch, columns)`.
        buckets: Number of equally full buckets of the training split.
    """
    # One analyzer for all columns: tracing each costs seconds.
    boundaries = tft.quantiles(
        numbers,
        num_buckets=buckets,
        epsilon=0.001,
        reduce_instance_dims=False,
    )
    is_missing = tf.math.is_nan(numbers)
    filled = tf.where(is_missing, 0.0, numbers)
    columns_of_ids = [
        tft.apply_buckets(filled[:, i], boundaries[i : i + 1]) + 1
        for i in range(numbers.shape[1])
    ]
    ids = tf.stack(columns_of_ids, axis=1)
    ids = tf.where(is_missing, tf.zeros_like(ids), ids)
    return tf.split(ids, ids.shape[1], axis=1)


def bucket_values(buckets: int) -> list[str]:
    """Returns the values that `bucket_ids` gave ids to, from id 1.

    Buckets are told apart by their numbers: the tenth part is the tenth part
    though its bounds move.

    Args:
        buckets: Number of buckets.
    """
    return [str(number) for number in range(1, buckets + 1)]


def serving_specs(
    columns: Sequence[RawColumn],
) -> dict[str, tf.io.FixedLenFeature]:
    """Returns how to parse a tf.Example that is served.

    What may be missing may be left out.

    Args:
        columns: The columns that are served.
    """
    return {
        column.name: tf.io.FixedLenFeature(
            [column.length],
            column.dtype,
            [column.missing] * column.length if column.optional else None,
        )
        for column in columns
    }
