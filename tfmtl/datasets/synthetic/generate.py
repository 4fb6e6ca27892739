"""Makes up a conversion path on which later steps learn from earlier ones."""

from collections.abc import Sequence

import numpy as np

from tfmtl.datasets import ali_ccp_schema
from tfmtl.datasets.synthetic.draws import passing_chance
from tfmtl.datasets.synthetic.draws import standardize
from tfmtl.datasets.synthetic.draws import zipf_ids
from tfmtl.datasets.synthetic.synthetic_path import SyntheticPath
from tfmtl.features import CategoricalFeature
from tfmtl.tasks import BinaryTask

_LATENT_DIM = 4


def conversion_path(
    rows: int,
    steps: int = 3,
    *,
    seed: int = 0,
    rates: Sequence[float] | None = None,
    vocabulary_sizes: Sequence[int] = (300, 200, 100, 50, 20, 10),
    zipf_exponent: float = 1.0,
    signal: float = 1.5,
    own_share: float = 0.1,
) -> SyntheticPath:
    """Makes a path of `steps` steps on which the later learn from the earlier.

    Every id has a latent vector, and a row's is the sum of its ids'. What
    makes users go on is for the most part the same at every step, a curved
    function of that vector, and to a small part the step's own:

        logit P(y_t | y_{t-1} = 1, x) = intercept_t + signal * (
            sqrt(1 - own_share) * common(x) + sqrt(own_share) * own_t(x))

    and nobody takes a step without the one before. The first step shows the
    common part in many rows, the last in few: a model that hands on what an
    earlier step knows has the advantage there. Intercepts are solved so that
    the mean probabilities equal `rates`.

    Args:
        rows: Number of rows.
        steps: Number of tasks, named `step_1`, `step_2` and so on.
        seed: Int. The same seed gives the same rows; the effects of the ids
            do not depend on `rows`.
        rates: Share of the rows that reach each step, falling. Defaults to
            30 %, and 13 % of the step before for each further one.
        vocabulary_sizes: Size of each feature's vocabulary, the 0 included.
        zipf_exponent: The id k occurs in proportion to `k ** -zipf_exponent`.
        signal: Standard deviation of the logit of one step.
        own_share: Share of that variance that a step has for itself.

    Returns:
        A `SyntheticPath`.

    Raises:
        ValueError: `rates` do not fit `steps` or do not fall, or a size or a
            share is out of range.

    Example:

    >>> path = conversion_path(1000, steps=2, rates=(0.5, 0.1))
    >>> [task.name for task in path.tasks]
    ['step_1', 'step_2']
    """
    features = [
        CategoricalFeature(f"field_{number}", size, embedding_dim=8)
        for number, size in enumerate(vocabulary_sizes, start=1)
    ]
    names = [f"step_{number}" for number in range(1, steps + 1)]
    tasks = [
        BinaryTask(name, parent=names[step - 1] if step else None)
        for step, name in enumerate(names)
    ]
    if rates is None:
        rates = [0.3 * 0.13**step for step in range(steps)]
    return _generate(
        rows, features, tasks, rates, seed, zipf_exponent, signal, own_share
    )


def ali_ccp_shape(rows: int, seed: int = 0) -> SyntheticPath:
    """Makes a path of the shape of Ali-CCP, for tests of speed and scale.

    18 fields of the sizes of the real data, 3.9 % clicks, 0.02 % purchases.
    """
    features = [
        CategoricalFeature(name, size, embedding_dim=5)
        for name, size in ali_ccp_schema.VOCABULARY_SIZES.items()
    ]
    return _generate(
        rows,
        features,
        list(ali_ccp_schema.TASKS),
        rates=(0.039, 0.0002),
        seed=seed,
        zipf_exponent=1.0,
        signal=0.7,
        own_share=0.2,
    )


def _generate(
    rows: int,
    features: list[CategoricalFeature],
    tasks: list[BinaryTask],
    rates: Sequence[float],
    seed: int,
    zipf_exponent: float,
    signal: float,
    own_share: float,
) -> SyntheticPath:
    _check(rows, features, tasks, rates, own_share)
    world, draw = map(
        np.random.default_rng, np.random.SeedSequence(seed).spawn(2)
    )
    latent = np.zeros((rows, _LATENT_DIM + len(tasks)), np.float32)
    x = {}
    for feature in features:
        ids = zipf_ids(draw, feature.vocabulary_size, zipf_exponent, rows)
        effects = world.standard_normal(
            (feature.vocabulary_size, latent.shape[1]), np.float32
        )
        latent += effects[ids]
        x[feature.name] = ids
    latent = standardize(latent)
    common = standardize(
        latent[:, 0] + latent[:, 1] * latent[:, 2] - latent[:, 3] ** 2
    )
    y, probabilities = {}, {}
    reached, chance = np.ones(rows, bool), np.ones(rows)
    for step, (task, rate) in enumerate(zip(tasks, rates, strict=True)):
        own = latent[:, _LATENT_DIM + step]
        logit = np.sqrt(1 - own_share) * common + np.sqrt(own_share) * own
        passed = passing_chance(signal * logit.astype(np.float64), chance, rate)
        chance = chance * passed
        reached = reached & (draw.random(rows) < passed)
        probabilities[task.name] = chance[:, np.newaxis]
        y[task.name] = reached[:, np.newaxis].astype(np.float32)
    return SyntheticPath(features, tasks, x, y, probabilities)


def _check(
    rows: int,
    features: Sequence[CategoricalFeature],
    tasks: Sequence[BinaryTask],
    rates: Sequence[float],
    own_share: float,
) -> None:
    falling = bool(np.all(np.diff([1.0, *rates, 0.0]) < 0))
    if len(rates) != len(tasks) or not tasks or not falling:
        raise ValueError(
            "`rates` should be one number a step, each in (0, 1) and lower "
            f"than the one before. Received: rates={rates}, "
            f"steps={len(tasks)}."
        )
    sizes = [feature.vocabulary_size for feature in features]
    if rows < 1 or not sizes or min(sizes) < 2 or not 0 <= own_share <= 1:
        raise ValueError(
            "There should be at least one row and one feature, each feature "
            "with at least two ids, and `own_share` in [0, 1]. Received: "
            f"rows={rows}, vocabulary_sizes={sizes}, own_share={own_share}."
        )
