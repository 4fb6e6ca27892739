"""Episodes of rows that belong together, such as those of a campaign."""

from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf


def domain_episodes(
    features: Mapping[str, Any],
    labels: Mapping[str, Any],
    domains: Any,
    *,
    count: int = 5,
    rows: int = 512,
    steps: int | None = None,
    disjoint: bool = True,
    probability: Callable[[np.ndarray], np.ndarray] = np.asarray,
    seed: int = 0,
) -> tf.data.Dataset:
    """Draws domains for every step, and of each a support and a query set.

    The domains of a step are different ones, and no row is in both sets of an
    episode, unless they are drawn apart. A domain that has fewer than
    `2 * rows` rows is halved; its sets are filled up with rows of weight 0, so
    that all episodes of a step are of one shape.

    Args:
        features: Name to `(rows,)` or `(rows, width)`, or packed.
        labels: Name to `(rows,)` or `(rows, 1)`.
        domains: Which domain a row belongs to, `(rows,)` of any values.
        count: Number of episodes of a step.
        rows: Rows of a support set, and of a query set.
        steps: Number of steps of an epoch. Defaults to the number of all rows
            over `rows`, rounded up.
        disjoint: Whether the two sets share no row. Otherwise each is drawn
            from all rows of the domain, as in the code of MetaHeac's authors.
        probability: What chances the domains have, a function of the vector
            of their numbers of rows: `np.asarray` for chances in proportion
            to them, `np.sqrt`, `np.ones_like`, or one of your own. It need
            not sum to 1.
        seed: Makes the episodes repeatable. Epochs differ.

    Returns:
        A dataset of `{"support": ..., "query": ...}`, each `(features,
        labels)` with tensors `(count, rows, ...)`, or `(features, labels,
        weights)` if there is a domain to fill up.

    Raises:
        ValueError: If the columns differ in length, a size is not positive, a
            domain has a single row, there are fewer domains than `count` with
            a chance, or a chance is negative or not finite.

    Example:

    >>> data = tfmtl.training.domain_episodes(
    ...     {"user": np.arange(6)}, {"click": np.zeros(6)},
    ...     domains=["a", "a", "b", "b", "b", "b"], count=2, rows=1)
    >>> for step in data.take(1):
    ...     features, labels = step["support"]
    ...     print(features["user"].shape, len(data))
    (2, 1) 6

    Reference:
        [Zhu et al., 2021](https://arxiv.org/abs/2105.14688), algorithm 1.
    """
    columns = (
        {name: np.asarray(column) for name, column in features.items()},
        {name: np.asarray(c, np.float32) for name, c in labels.items()},
    )
    domains = np.asarray(domains)
    _check_columns(columns, domains, count, rows, steps)
    names, numbers, sizes = np.unique(
        domains, return_inverse=True, return_counts=True
    )
    chances = _checked_chances(probability(sizes), names, sizes, count)
    order = np.argsort(numbers, kind="stable")
    draw = _Draw(count, rows, sizes, chances, disjoint)
    is_short = sizes.min() < (2 * rows if disjoint else rows)
    # A NumPy array would be written into the graph of the dataset.
    columns = tf.nest.map_structure(lambda c: tf.constant(c[order]), columns)

    def take(random: tf.Tensor) -> dict[str, Any]:
        return {
            name: _gather(columns, places, weights, is_short)
            for name, (places, weights) in draw(random).items()
        }

    if steps is None:
        steps = -(-len(domains) // rows)
    randoms = tf.data.Dataset.random(seed, rerandomize_each_iteration=True)
    return randoms.take(steps).map(take).prefetch(1)


class _Draw:
    """Draws the rows of one step, as places in rows sorted by domain."""

    def __init__(
        self,
        count: int,
        rows: int,
        sizes: np.ndarray,
        chances: np.ndarray,
        disjoint: bool,
    ) -> None:
        self.count = count
        self.disjoint = disjoint
        self.rows = rows
        self.starts = tf.constant(np.cumsum(sizes) - sizes, tf.int64)
        self.sizes = tf.constant(sizes, tf.int64)
        with np.errstate(divide="ignore"):
            self.log_chances = tf.constant(np.log(chances), tf.float32)

    def __call__(
        self, random: tf.Tensor
    ) -> dict[str, tuple[tf.Tensor, tf.Tensor]]:
        # Highest noisy logarithms: drawn one by one, without replacement.
        noise = tf.random.stateless_uniform(
            tf.shape(self.sizes), tf.stack([random, 0]), 1e-20
        )
        scores = self.log_chances - tf.math.log(-tf.math.log(noise))
        chosen = tf.math.top_k(scores, self.count).indices
        sizes, starts = (
            tf.unstack(tf.gather(each, chosen), self.count)
            for each in (self.sizes, self.starts)
        )
        sets: dict[str, list[Any]] = {"support": [], "query": []}
        for number, (size, start) in enumerate(zip(sizes, starts, strict=True)):
            seed = tf.stack([random, number + 1])
            if self.disjoint:
                both = self._halves(size, seed)
            else:
                both = tuple(
                    _distinct(size, self.rows, each) for each in (seed, -seed)
                )
            for name, places in zip(sets, both, strict=True):
                sets[name].append(self._fill_up(start + places))
        return {
            name: tf.nest.map_structure(lambda *each: tf.stack(each), *parts)
            for name, parts in sets.items()
        }

    def _halves(
        self, size: tf.Tensor, seed: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns numbers below `size`, each in one of the two at most."""
        places = _distinct(size, 2 * self.rows, seed)
        support = tf.minimum(size // 2, self.rows)
        query = tf.minimum(size - support, self.rows)
        return places[:support], places[support:][:query]

    def _fill_up(self, places: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns as many places as a set has, and the weight of each."""
        numbers = tf.range(self.rows)
        # Repeated, so that no other row is read and no other id touched.
        filled = tf.gather(places, numbers % tf.size(places))
        weights = tf.cast(numbers < tf.size(places), tf.float32)
        return filled, weights[:, tf.newaxis]


def _distinct(size: tf.Tensor, most: int, seed: tf.Tensor) -> tf.Tensor:
    """Returns different numbers below `size` in random order, `most` or all."""

    def of_few() -> tf.Tensor:
        keys = tf.random.stateless_uniform([size], seed, dtype=tf.float64)
        return tf.cast(tf.argsort(keys)[:most], tf.int64)

    def of_many() -> tf.Tensor:
        # So many draws hardly ever hold so few different ones.
        draws = tf.random.stateless_uniform(
            [2 * most + 64], seed, 0, size, tf.int64
        )
        return tf.unique(draws).y[:most]

    return tf.cond(size > 16 * most, of_many, of_few)


def _gather(
    columns: tuple[Any, Any],
    places: tf.Tensor,
    weights: tf.Tensor,
    has_weights: bool,
) -> tuple[Any, ...]:
    features, labels = tf.nest.map_structure(
        lambda column: tf.gather(column, places), columns
    )
    return (features, labels, weights) if has_weights else (features, labels)


def _check_columns(
    columns: tuple[Any, Any],
    domains: np.ndarray,
    count: int,
    rows: int,
    steps: int | None,
) -> None:
    lengths = sorted({len(column) for column in tf.nest.flatten(columns)})
    if lengths != [len(domains)]:
        raise ValueError(
            "Features, labels and domains should have the same number of "
            f"rows. Received: {len(domains)} domains, columns of {lengths}."
        )
    if count < 1 or rows < 1 or (steps is not None and steps < 1):
        raise ValueError(
            "`count`, `rows` and `steps` should be positive. "
            f"Received: count={count!r}, rows={rows!r}, steps={steps!r}."
        )


def _checked_chances(
    chances: Any, names: np.ndarray, sizes: np.ndarray, count: int
) -> np.ndarray:
    if sizes.min() < 2:
        raise ValueError(
            "A domain should have two rows or more, one for each set; leave "
            f"out the others. Received: one row of {names[sizes < 2].tolist()}."
        )
    chances = np.asarray(chances, np.float64)
    possible = np.count_nonzero(chances)
    if (
        chances.shape != sizes.shape
        or not np.all(np.isfinite(chances) & (chances >= 0))
        or possible < count
    ):
        raise ValueError(
            "`probability` should give every domain a number that is not "
            "negative, and to `count` domains or more one that is not 0. "
            f"Received: {possible} domains with a chance, count={count!r}."
        )
    return chances
