"""Users by the likeness of their vectors."""

import contextlib
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from tfmtl.audience.top_rows import check_size

Blocks = Callable[[], Iterable[tuple[np.ndarray, np.ndarray]]]


class SimilarUsers:
    """Finds the users whose vectors have the largest products with others.

    The product is the cosine if all vectors have length 1. The search is
    exact: tensorflow-recommenders computes all products, with all users in
    memory or block by block. Arrays go in and come out; its Keras is none of
    the caller's business.

    Args:
        ids: Ids of the users, whole numbers or text.
        vectors: `(users, width)`.

    Raises:
        ValueError: If there is not a vector for each id, or none at all; by
            `nearest`, if there are not enough users, or queries of another
            width.
        ImportError: If tensorflow-recommenders is not installed.

    Example:

        similar = tfmtl.audience.SimilarUsers(ids, vectors)
        centre = vectors[is_seed].mean(axis=0, keepdims=True)
        candidates, scores = similar.nearest(centre, 1000, exclude=seeds)

    Reference:
        [tensorflow-recommenders](https://www.tensorflow.org/recommenders),
        `layers.factorized_top_k`.
    """

    def __init__(self, ids: Any, vectors: Any) -> None:
        ids, vectors = _checked(ids, vectors)
        # The lower place wins a tie.
        order = np.argsort(ids, kind="stable")
        with _factorized_top_k() as top_k:
            self._layer = top_k.BruteForce(k=1).index(
                tf.constant(vectors[order]), tf.constant(ids[order])
            )
        self._users, self._width = vectors.shape

    @classmethod
    def streamed(cls, blocks: Blocks) -> "SimilarUsers":
        """Returns one that reads the users anew for each search.

        Of users that tie, those that come first in the blocks are taken.

        Args:
            blocks: Function without arguments that yields ids and vectors,
                some users at a time, each user once.
        """
        users, width, kind = 0, 0, tf.int64
        for some_ids, some_vectors in blocks():
            ids, vectors = _checked(some_ids, some_vectors)
            users, width = users + len(ids), vectors.shape[1]
            kind = (
                tf.as_dtype(ids.dtype) if ids.dtype.kind in "iu" else tf.string
            )
        if not users:
            _checked([], np.zeros((0, 1)))

        def pairs() -> Iterator[tuple[np.ndarray, np.ndarray]]:
            for some_ids, some_vectors in blocks():
                yield _checked(some_ids, some_vectors)

        dataset = tf.data.Dataset.from_generator(
            pairs,
            output_signature=(
                tf.TensorSpec((None,), kind),
                tf.TensorSpec((None, width), tf.float32),
            ),
        )
        similar = cls.__new__(cls)
        with _factorized_top_k() as top_k:
            layer = top_k.Streaming(k=1)
        similar._layer = layer.index_from_dataset(dataset)
        similar._users, similar._width = users, width
        return similar

    def nearest(
        self, queries: Any, size: int, exclude: Any = ()
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns ids and products of the nearest users to each query.

        Args:
            queries: `(queries, width)`.
            size: How many users for each.
            exclude: Ids of users to leave out.

        Returns:
            `(queries, size)` each, best first.
        """
        queries = np.asarray(queries, np.float32)
        if queries.ndim != 2 or queries.shape[1] != self._width:
            raise ValueError(
                f"`queries` should have shape (queries, {self._width}), as "
                "wide as the users' vectors. "
                f"Received: shape {queries.shape}."
            )
        left_out = np.unique(np.asarray(exclude))
        check_size(size, self._users, self._users)
        asked = min(size + len(left_out), self._users)
        scores, ids = self._layer(tf.constant(queries), k=asked)
        ids, scores = _texts(ids.numpy()), scores.numpy()
        is_out = np.isin(ids, left_out)
        check_size(size, int((~is_out).sum(axis=1).min()), self._users)
        places = np.argsort(is_out, axis=1, kind="stable")[:, :size]
        return (
            np.take_along_axis(ids, places, axis=1),
            np.take_along_axis(scores, places, axis=1),
        )


@contextlib.contextmanager
def _factorized_top_k() -> Iterator[Any]:
    """Gives the module of tensorflow-recommenders.

    It is written for Keras 2 under the name `tf.keras`, which is Keras 3 in
    most processes. It gets the one as long as it makes something; all others
    keep what they have, so that it matters neither who is imported first nor
    what the environment says.
    """
    before = tf.keras
    try:
        import tf_keras

        tf.keras = tf_keras
        from tensorflow_recommenders.layers import factorized_top_k

        yield factorized_top_k
    except ImportError as error:
        raise ImportError(
            "Similar users need tensorflow-recommenders and tf_keras: "
            f"`pip install 'tfmtl[audience]'`. Received: {error}."
        ) from error
    finally:
        tf.keras = before


def _checked(ids: Any, vectors: Any) -> tuple[np.ndarray, np.ndarray]:
    ids, vectors = np.asarray(ids), np.asarray(vectors, np.float32)
    if not len(ids) or vectors.ndim != 2 or len(ids) != len(vectors):
        raise ValueError(
            "There should be users, and a vector for each: `vectors` of shape "
            f"(users, width). Received: {len(ids)} ids, vectors of shape "
            f"{vectors.shape}."
        )
    return ids, vectors


def _texts(ids: np.ndarray) -> np.ndarray:
    """Returns ids as they were given; TensorFlow knows text as bytes."""
    if ids.dtype != object:
        return ids
    return np.char.decode(ids.astype(bytes), "utf-8")
