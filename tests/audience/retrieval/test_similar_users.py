import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfmtl.audience import SimilarUsers

COUNT = 500


@pytest.fixture(scope="module")
def vectors():
    """Users of whom many are alike."""
    draw = np.random.default_rng(0)
    return draw.integers(-2, 3, (COUNT, 3)).astype("float32")


@pytest.fixture(scope="module")
def ids():
    return np.random.default_rng(1).permutation(COUNT) + 7


def in_blocks(ids, vectors):
    return lambda: (
        (ids[start : start + 64], vectors[start : start + 64])
        for start in range(0, COUNT, 64)
    )


def expected(ids, vectors, query, size, exclude=()):
    scores = vectors @ query
    kept = np.flatnonzero(~np.isin(ids, exclude))
    order = kept[np.lexsort((ids[kept], -scores[kept]))][:size]
    return ids[order], scores[order]


def test_finds_what_numpy_finds(ids, vectors):
    queries = np.array([[1.0, 0.5, -1.0], [0.125, 2.0, 0.25]])
    everyone = SimilarUsers(ids, vectors)
    ordered = np.argsort(ids)
    streamed = SimilarUsers.streamed(in_blocks(ids[ordered], vectors[ordered]))
    for exclude in ((), ids[:200]):
        for similar in (everyone, streamed):
            found, scores = similar.nearest(queries, 40, exclude)
            for place, query in enumerate(queries):
                best = expected(ids, vectors, query, 40, exclude)
                np.testing.assert_array_equal(found[place], best[0])
                np.testing.assert_allclose(scores[place], best[1], rtol=1e-6)


def test_text_ids_stay_text(ids, vectors):
    names = np.array([f"é{number}" for number in ids])
    for similar in (
        SimilarUsers(names, vectors),
        SimilarUsers.streamed(in_blocks(names, vectors)),
    ):
        found, _ = similar.nearest(vectors[:1], 2, exclude=["é7"])
        assert set(found[0]) <= set(names)


def test_leaves_keras_as_it_is(ids, vectors):
    used = tf.keras.Model
    SimilarUsers(ids, vectors).nearest(vectors[:1], 1)
    assert tf.keras.Model is used
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    model.fit(vectors[:4], ids[:4], verbose=0)


def test_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_recommenders.layers", None)
    with pytest.raises(ImportError, match=r"pip install 'tfmtl\[audience\]'"):
        SimilarUsers([1], [[1.0]])


def test_refuses_what_does_not_fit(ids, vectors):
    similar = SimilarUsers(ids, vectors)
    with pytest.raises(ValueError, match=r"shape \(queries, 3\).*\(1, 2\)"):
        similar.nearest([[1.0, 2.0]], 1)
    with pytest.raises(ValueError, match="of 500 users 490 are left"):
        similar.nearest(vectors[:1], 491, exclude=ids[:10])
    for users in (([1, 2], vectors[:1]), ([], vectors[:0])):
        with pytest.raises(ValueError, match="a vector for each"):
            SimilarUsers(*users)
    with pytest.raises(ValueError, match="a vector for each"):
        SimilarUsers.streamed(lambda: iter(()))
