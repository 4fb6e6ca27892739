"""Functions of rows, computed for some rows at a time."""

from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

Function = Callable[[Sequence[tf.Tensor], Sequence[tf.Tensor]], tf.Tensor]


def in_chunks(
    function: Function,
    weights: Sequence[tf.Tensor],
    rows: Sequence[tf.Tensor],
    chunk: int,
) -> tf.Tensor:
    """Returns `function(weights, rows)`, with bounded memory between.

    What the function makes on its way is kept for the rows of one chunk only:
    the gradient computes it again.

    Args:
        function: Of weights and rows; a row of its output should depend on
            the same row of its inputs only. It reads no variable.
        weights: Tensors that all rows share.
        rows: Tensors of one number of rows.
        chunk: Number of rows at a time.
    """
    count = len(weights)

    @tf.custom_gradient
    def run(*tensors: tf.Tensor) -> tuple[tf.Tensor, Callable[..., Any]]:
        shared, split = tensors[:count], tensors[count:]

        def gradient(upstream: tf.Tensor) -> list[tf.Tensor]:
            return _gradients(function, shared, split, upstream, chunk)

        return _outputs(function, shared, split, chunk), gradient

    return run(*weights, *rows)


def _outputs(
    function: Function,
    weights: Sequence[tf.Tensor],
    rows: Sequence[tf.Tensor],
    chunk: int,
) -> tf.Tensor:
    def body(start: tf.Tensor, index: tf.Tensor, done: Any) -> Any:
        part = function(weights, _sliced(rows, start, chunk))
        return start + chunk, index + 1, done.write(index, part)

    total = tf.shape(rows[0])[0]
    done = _parts(rows[0].dtype, total, chunk)
    *_, done = tf.while_loop(
        lambda start, *_: start < total,
        body,
        (tf.zeros((), tf.int32), tf.zeros((), tf.int32), done),
        parallel_iterations=1,
    )
    return tf.ensure_shape(done.concat(), rows[0].shape)


def _gradients(
    function: Function,
    weights: Sequence[tf.Tensor],
    rows: Sequence[tf.Tensor],
    upstream: tf.Tensor,
    chunk: int,
) -> list[tf.Tensor]:
    def body(start: tf.Tensor, index: tf.Tensor, sums: Any, done: Any) -> Any:
        part = _sliced(rows, start, chunk)
        with tf.GradientTape() as tape:
            tape.watch([*weights, *part])
            output = function(weights, part)
        gradients = tape.gradient(
            output,
            [*weights, *part],
            upstream[start : start + chunk],
            unconnected_gradients=tf.UnconnectedGradients.ZERO,
        )
        of_weights = gradients[: len(weights)]
        sums = [a + b for a, b in zip(sums, of_weights, strict=True)]
        done = [
            array.write(index, each)
            for array, each in zip(done, gradients[len(weights) :], strict=True)
        ]
        return start + chunk, index + 1, sums, done

    total = tf.shape(rows[0])[0]
    *_, sums, done = tf.while_loop(
        lambda start, *_: start < total,
        body,
        (
            tf.zeros((), tf.int32),
            tf.zeros((), tf.int32),
            [tf.zeros_like(weight) for weight in weights],
            [_parts(each.dtype, total, chunk) for each in rows],
        ),
        parallel_iterations=1,
    )
    of_rows = [
        tf.ensure_shape(array.concat(), each.shape)
        for array, each in zip(done, rows, strict=True)
    ]
    return [*sums, *of_rows]


def _sliced(
    rows: Sequence[tf.Tensor], start: tf.Tensor, chunk: int
) -> list[tf.Tensor]:
    return [each[start : start + chunk] for each in rows]


def _parts(dtype: tf.DType, total: tf.Tensor, chunk: int) -> tf.TensorArray:
    count = (total + chunk - 1) // chunk
    # The last part may have fewer rows than the others.
    return tf.TensorArray(dtype, size=count, infer_shape=False)
