import numpy as np
import pytest

from tfmtl.datasets import synthetic
from tfmtl.features import CategoricalFeature

USERS = 4000


@pytest.fixture(scope="module")
def audiences():
    return synthetic.lookalike(USERS, 5, seeds=(20, 150))


@pytest.fixture
def tiny():
    """One campaign, four users, of whom the first is the seed."""
    return synthetic.SyntheticAudiences(
        user_features=[CategoricalFeature("city", 9, 4)],
        campaign_features=[CategoricalFeature("category", 3, 4)],
        users={"city": np.array([5, 6, 7, 8], np.int32)},
        campaigns={"category": np.array([2], np.int32)},
        seeds=[np.array([0])],
        probabilities=np.array([[0.9, 0.8, 0.4, 0.1]], np.float32),
    )


def test_the_rate_holds_exactly_in_the_mean_probability(audiences):
    means = audiences.probabilities.mean(1)
    np.testing.assert_allclose(means, 0.1, rtol=1e-5)


def test_there_are_as_many_seeds_as_asked(audiences):
    sizes = [len(seeds) for seeds in audiences.seeds]
    assert len(audiences) == len(sizes) == 5
    assert 20 <= min(sizes) < max(sizes) <= 150
    exact = synthetic.lookalike(USERS, 3, seeds=(30, 30))
    assert [len(seeds) for seeds in exact.seeds] == [30, 30, 30]


def test_seeds_are_drawn_from_those_who_respond():
    audiences = synthetic.lookalike(USERS, 20, seeds=(100, 100))
    chances = [
        chance[seeds].mean()
        for chance, seeds in zip(
            audiences.probabilities, audiences.seeds, strict=True
        )
    ]
    # Of one who responds the chance is E[p ** 2] / E[p] in the mean.
    p = audiences.probabilities.astype(np.float64)
    assert np.mean(chances) == pytest.approx(
        (p**2).mean() / p.mean(), abs=0.015
    )


def test_the_pool_is_everyone_else(tiny):
    assert tiny.pool(0).tolist() == [1, 2, 3]


def test_rows_hold_the_user_and_the_campaign(tiny):
    x = tiny.x(0, np.array([3, 0]))
    assert x["city"].tolist() == [8, 5]
    assert x["category"].tolist() == [2, 2]


def test_training_rows_are_the_seeds_and_others(tiny):
    x, y = tiny.training_rows(0, negatives=2)
    assert y.shape == (3, 1) and y.dtype == np.float32
    assert x["city"][y[:, 0] == 1].tolist() == [5]
    others = x["city"][y[:, 0] == 0]
    assert len(set(others)) == 2 and 5 not in others


def test_negatives_end_with_the_pool(tiny):
    assert len(tiny.training_rows(0, negatives=100)[1]) == 4


def test_training_rows_are_drawn_by_the_seed(audiences):
    cities = [
        audiences.training_rows(0, seed=seed)[0]["city"] for seed in (1, 1, 2)
    ]
    assert np.array_equal(cities[0], cities[1])
    assert not np.array_equal(cities[0], cities[2])


def test_users_respond_with_the_true_probability(tiny):
    answers = [tiny.respond(0, np.arange(4), seed) for seed in range(4000)]
    np.testing.assert_allclose(
        np.mean(answers, axis=0), [0.9, 0.8, 0.4, 0.1], atol=0.03
    )


def test_an_answer_does_not_depend_on_who_else_is_asked(audiences):
    alone = audiences.respond(0, np.array([7, 3]))
    together = audiences.respond(0, np.arange(USERS))
    assert alone.tolist() == together[[7, 3]].tolist()


def test_the_expected_auc_weighs_every_pair_by_its_chance(tiny):
    # Of 1, 2, 3 with 0.8, 0.4, 0.1: the wins, and half of a user's tie with
    # itself, over the sum of all pairs.
    wins = 0.8 * (0.6 + 0.9) + 0.4 * 0.9
    ties = 0.8 * 0.2 + 0.4 * 0.6 + 0.1 * 0.9
    expected = (wins + ties / 2) / (1.3 * 1.7)
    assert tiny.bayes_auc() == [pytest.approx(expected, rel=1e-6)]
    assert tiny.expected_auc(0, np.zeros(4)) == 0.5


def test_the_expected_auc_is_that_of_many_draws(audiences):
    chance = audiences.probabilities[0]
    pool = audiences.pool(0)
    order = pool[np.argsort(chance[pool])]
    found = []
    for seed in range(40):
        positive = audiences.respond(0, order, seed)
        ranks = np.flatnonzero(positive) + 1
        count = len(ranks)
        wins = ranks.sum() - count * (count + 1) / 2
        found.append(wins / (count * (len(order) - count)))
    expected = audiences.bayes_auc()[0]
    assert np.mean(found) == pytest.approx(expected, abs=0.006)


def test_the_best_audience_has_the_highest_chances(tiny):
    assert tiny.expected_responses(0, 0) == 0.0
    assert tiny.expected_responses(0, 2) == pytest.approx(1.2)
    with pytest.raises(ValueError, match="from 0 to 3.*size=4"):
        tiny.expected_responses(0, 4)


def test_a_campaign_without_own_taste_is_told_by_its_features():
    same = synthetic.lookalike(USERS, 60, own_share=0.0, seeds=(20, 20))
    features = np.stack(list(same.campaigns.values()))
    _, first, inverse = np.unique(
        features, axis=1, return_index=True, return_inverse=True
    )
    inverse = inverse.ravel()
    assert len(first) < 60  # some campaigns share their features
    np.testing.assert_allclose(
        same.probabilities, same.probabilities[first][inverse], rtol=1e-4
    )


def test_own_taste_is_only_in_the_seeds():
    """Campaigns of like features still differ, as far as they are their own."""
    own = synthetic.lookalike(USERS, 60, own_share=1.0, seeds=(20, 20))
    known = own.campaigns["category"]
    pairs = [
        np.corrcoef(own.probabilities[a], own.probabilities[b])[0, 1]
        for a in range(60)
        for b in range(a)
        if known[a] == known[b]
    ]
    assert abs(np.mean(pairs)) < 0.1


def test_ids_are_within_the_vocabulary_and_lists_end_in_padding(audiences):
    columns = {**audiences.users, **audiences.campaigns}
    for feature in (*audiences.user_features, *audiences.campaign_features):
        ids = columns[feature.name]
        assert ids.dtype == np.int32
        assert ids.max() < feature.vocabulary_size
        assert ids.min() >= (0 if feature.max_length else 1)
    known = audiences.users["interests"] > 0
    assert (known[:, :-1] >= known[:, 1:]).all()
    assert set(known.sum(1)) == {0, 1, 2, 3, 4, 5}


def test_a_seed_gives_the_same_data_again(audiences):
    again = synthetic.lookalike(USERS, 5, seeds=(20, 150))
    other = synthetic.lookalike(USERS, 5, seeds=(20, 150), seed=1)
    assert np.array_equal(audiences.probabilities, again.probabilities)
    assert not np.array_equal(audiences.probabilities, other.probabilities)
    for seeds, same in zip(audiences.seeds, again.seeds, strict=True):
        assert np.array_equal(seeds, same)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"users": 0}, "at least one user.*users=0"),
        ({"campaigns": 0}, "at least one user.*campaigns=0"),
        ({"rate": 1.0}, "at least one user.*rate=1.0"),
        ({"own_share": -0.1}, "at least one user.*own_share=-0.1"),
        ({"seeds": (0, 10)}, "the least and the most.*seeds="),
        ({"seeds": (20, 10)}, "the least and the most.*seeds="),
        ({"users": 1000, "seeds": (20, 51)}, r"fewer seeds.*users=100\."),
    ],
)
def test_impossible_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        synthetic.lookalike(**options)
