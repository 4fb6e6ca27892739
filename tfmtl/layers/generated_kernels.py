"""Products with a kernel for each row, which a generator makes.

The kernel of a row is `sum over k of scenario[k] * generator[k] + kernel`,
and both functions multiply the row's vectors by it. The first makes it, which
pays where a row has several vectors; the second takes fewer bytes and less
time where it has one or two.
"""

import tensorflow as tf


def by_kernels(
    vectors: tf.Tensor,
    scenario: tf.Tensor,
    generator: tf.Tensor,
    kernel: tf.Tensor,
) -> tf.Tensor:
    """Returns the products, by the kernels of all rows.

    Args:
        vectors: `(batch, vectors, units)`.
        scenario: `(batch, width)`.
        generator: `(width, units, units)`.
        kernel: `(units, units)`.
    """
    width, units, _ = generator.shape
    flat = tf.matmul(scenario, tf.reshape(generator, [width, units * units]))
    return tf.matmul(vectors, tf.reshape(flat, [-1, units, units]) + kernel)


def by_pairs(
    vectors: tf.Tensor,
    scenario: tf.Tensor,
    generator: tf.Tensor,
    kernel: tf.Tensor,
) -> tf.Tensor:
    """Returns the same, by all pairs of a unit and a scenario unit.

    Args:
        vectors: `(batch, vectors, units)`.
        scenario: `(batch, width)`.
        generator: `(width, units, units)`.
        kernel: `(units, units)`.
    """
    width, units, _ = generator.shape
    count = vectors.shape[1]
    pairs = scenario[:, tf.newaxis, :, tf.newaxis] * vectors[:, :, tf.newaxis]
    output = tf.matmul(
        tf.reshape(pairs, [-1, width * units]),
        tf.reshape(generator, [width * units, units]),
    )
    output += tf.matmul(tf.reshape(vectors, [-1, units]), kernel)
    return tf.reshape(output, [-1, count, units])
