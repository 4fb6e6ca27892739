"""Makes up users, campaigns and who responds to which."""

import numpy as np

from tfmtl.datasets.synthetic.draws import passing_chance
from tfmtl.datasets.synthetic.draws import standardize
from tfmtl.datasets.synthetic.draws import zipf_ids
from tfmtl.datasets.synthetic.synthetic_audiences import SyntheticAudiences
from tfmtl.features import CategoricalFeature

USER_FEATURES = (
    CategoricalFeature("age_band", 9, embedding_dim=16),
    CategoricalFeature("device", 6, embedding_dim=16),
    CategoricalFeature("occupation", 21, embedding_dim=16),
    CategoricalFeature("city", 61, embedding_dim=16),
    CategoricalFeature("interests", 201, embedding_dim=16, max_length=5),
)
CAMPAIGN_FEATURES = (
    CategoricalFeature("category", 7, embedding_dim=16),
    CategoricalFeature("advertiser", 17, embedding_dim=16),
)
_LATENT_DIM = 8


def lookalike(
    users: int = 20_000,
    campaigns: int = 40,
    *,
    seed: int = 0,
    rate: float = 0.1,
    seeds: tuple[int, int] = (50, 500),
    signal: float = 1.5,
    own_share: float = 0.3,
) -> SyntheticAudiences:
    """Makes campaigns that share tastes, each with a taste of its own.

    Every id of a user has a latent vector, and a user's taste is their sum
    (the mean, for the list of interests). A campaign looks for a direction
    in that space: one part is of its category and advertiser, which its
    features tell, and one is its own, which only its seeds show:

        logit P(response | user, campaign) = intercept + signal * (
            sqrt(1 - own_share) * known(campaign) · taste(user)
            + sqrt(own_share) * own(campaign) · taste(user))

    A general model can know the first part before a campaign begins; what
    customising adds is the second. Intercepts are solved so that the mean
    probability of each campaign is `rate`. The seeds of a campaign are drawn
    from those who respond to it.

    Args:
        users: Number of users.
        campaigns: Number of campaigns.
        seed: Int. The same seed gives the same data; the effects of the ids
            do not depend on the numbers of users and campaigns.
        rate: Share of the users who respond, in the mean.
        seeds: The least and the most seeds of a campaign; their logarithm is
            uniform in between, so that there are small and large ones.
        signal: Standard deviation of the logit.
        own_share: Share of that variance that only the seeds show.

    Returns:
        A `SyntheticAudiences`. Its probabilities take `4 * users *
        campaigns` bytes.

    Raises:
        ValueError: If a size or a share is out of range, or fewer users
            could be expected to respond than twice the most seeds.

    Example:

    >>> audiences = lookalike(users=2000, campaigns=3, seeds=(20, 60))
    >>> len(audiences), audiences.probabilities.shape
    (3, (3, 2000))
    """
    _check(users, campaigns, rate, seeds, own_share)
    world, people, ads, outcome = map(
        np.random.default_rng, np.random.SeedSequence(seed).spawn(4)
    )
    user_columns, taste = _users(world, people, users)
    campaign_columns, known = _campaigns(world, ads, campaigns)
    own = _unit(ads.standard_normal((campaigns, _LATENT_DIM)))
    wants = np.sqrt(1 - own_share) * known + np.sqrt(own_share) * own
    probabilities = np.empty((campaigns, users), np.float32)
    chosen = []
    for campaign, want in enumerate(wants):
        logit = signal * standardize(taste @ want)
        chance = passing_chance(logit, np.ones(users), rate)
        probabilities[campaign] = chance
        responders = np.flatnonzero(outcome.random(users) < chance)
        count = int(np.exp(outcome.uniform(*np.log(seeds))).round())
        count = min(count, len(responders))
        chosen.append(np.sort(outcome.choice(responders, count, False)))
    return SyntheticAudiences(
        USER_FEATURES,
        CAMPAIGN_FEATURES,
        user_columns,
        campaign_columns,
        tuple(chosen),
        probabilities,
    )


def _users(
    world: np.random.Generator, draw: np.random.Generator, users: int
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Draws the ids of the users; returns them and the users' tastes."""
    columns = {}
    taste = np.zeros((users, _LATENT_DIM))
    for feature in USER_FEATURES:
        size, length = feature.vocabulary_size, feature.max_length or 1
        effects = world.standard_normal((size, _LATENT_DIM))
        ids = zipf_ids(draw, size, 0.7, users * length).reshape(users, length)
        if feature.max_length is not None:
            kept = draw.integers(0, length, users, endpoint=True)
            ids[np.arange(length) >= kept[:, np.newaxis]] = 0
        is_known = ids > 0
        count = np.maximum(is_known.sum(1), 1)
        taste += (effects[ids] * is_known[..., np.newaxis]).sum(1) / (
            count[:, np.newaxis]
        )
        columns[feature.name] = ids if feature.max_length else ids[:, 0]
    return columns, standardize(taste)


def _campaigns(
    world: np.random.Generator, draw: np.random.Generator, campaigns: int
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Draws campaign features; returns them and what they tell."""
    columns = {}
    known = np.zeros((campaigns, _LATENT_DIM))
    for feature, weight in zip(CAMPAIGN_FEATURES, (1.0, 0.5), strict=True):
        size = feature.vocabulary_size
        effects = world.standard_normal((size, _LATENT_DIM))
        ids = draw.integers(1, size, campaigns).astype(np.int32)
        known += weight * effects[ids]
        columns[feature.name] = ids
    return columns, _unit(known)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _check(
    users: int,
    campaigns: int,
    rate: float,
    seeds: tuple[int, int],
    own_share: float,
) -> None:
    if users < 1 or campaigns < 1 or not (0 < rate < 1 and 0 <= own_share <= 1):
        raise ValueError(
            "There should be at least one user and one campaign, `rate` in "
            f"(0, 1) and `own_share` in [0, 1]. Received: users={users}, "
            f"campaigns={campaigns}, rate={rate}, own_share={own_share}."
        )
    if not 1 <= seeds[0] <= seeds[1] <= rate * users / 2:
        raise ValueError(
            "`seeds` should be the least and the most seeds of a campaign, "
            "the most at most half of the users expected to respond; ask for "
            f"fewer seeds or more users. Received: seeds={seeds}, "
            f"rate * users={rate * users:g}."
        )
