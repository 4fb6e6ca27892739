import numpy as np
import pytest


@pytest.fixture
def seeded(store):
    """A store whose campaign `spring` has the seeds 0 to 9."""
    store.add_seeds("spring", range(10))
    return store


def test_draws_as_many_others_as_the_ratio_says(seeded):
    drawn = seeded.draw_training_set("spring", range(500), ratio=20)
    assert drawn.seeds.tolist() == list(range(10))
    assert len(set(drawn.negatives)) == 200
    assert drawn.version == 1


def test_draws_no_seeds_no_converted_and_no_opted_out(seeded, write_log):
    converted = [(f"c{n}", "conversion", n, 1) for n in range(10, 20)]
    seeded.ingest_events(write_log(*converted))
    seeded.opt_out(range(20, 30))
    drawn = seeded.draw_training_set("spring", range(40), ratio=10)
    assert drawn.negatives.tolist() == list(range(30, 40))


def test_a_seed_that_opted_out_is_not_learned_from(seeded):
    seeded.opt_out([3])
    drawn = seeded.draw_training_set("spring", range(500), ratio=10)
    assert 3 not in drawn.seeds
    assert 3 not in drawn.negatives
    assert len(drawn.negatives) == 90


def test_every_user_is_drawn_as_often(seeded):
    drawn = np.zeros(110)
    for seed in range(20):
        found = seeded.draw_training_set(
            "spring", range(110), ratio=5, seed=seed
        )
        drawn[found.negatives] += 1
    assert drawn[:10].sum() == 0
    # Binomial, 20 draws of 50 in 100: mean 10, deviation 2.2.
    assert drawn[10:].mean() == 10
    assert 0 < drawn[10:].min() and drawn[10:].max() < 20


def test_the_same_draw_again_is_the_same_version(seeded):
    first = seeded.draw_training_set("spring", range(500), seed=1)
    again = seeded.draw_training_set("spring", np.arange(500)[::-1], seed=1)
    assert again.version == first.version == 1
    assert again.created_at == first.created_at
    assert again.negatives.tolist() == first.negatives.tolist()


def test_another_seed_or_ratio_or_list_of_seeds_is_another_version(seeded):
    pool = range(500)
    seeded.draw_training_set("spring", pool)
    assert seeded.draw_training_set("spring", pool, seed=1).version == 2
    assert seeded.draw_training_set("spring", pool, ratio=5).version == 3
    seeded.add_seeds("spring", [77])
    assert seeded.draw_training_set("spring", pool, ratio=5).version == 4


def test_campaigns_with_the_same_seeds_draw_apart(seeded):
    seeded.add_seeds("summer", range(10))
    one, other = (
        seeded.draw_training_set(name, range(10_000))
        for name in ("spring", "summer")
    )
    # Of 100 in 10,000, one in common is to be expected.
    assert len(set(one.negatives) & set(other.negatives)) < 10


def test_old_versions_stay(seeded):
    first = seeded.draw_training_set("spring", range(500))
    second = seeded.draw_training_set("spring", range(500), seed=1)
    kept = seeded.training_set("spring", 1)
    assert kept.negatives.tolist() == first.negatives.tolist()
    assert (kept.ratio, kept.seed) == (10, 0)
    last = seeded.training_set("spring")
    assert last.negatives.tolist() == second.negatives.tolist()


def test_text_ids_are_drawn_and_come_back_as_text(store):
    store.add_seeds("spring", ["a", "b"])
    pool = np.array([f"u{number}" for number in range(50)])
    drawn = store.draw_training_set("spring", pool, ratio=3)
    assert drawn.seeds.tolist() == ["a", "b"]
    assert len(drawn.negatives) == 6
    assert set(drawn.negatives) <= set(pool)


@pytest.mark.parametrize(
    ("pool", "message"),
    [
        ([], "Received: none"),
        (range(10), "Received: none"),
        (["a", "b"], "of the type that the store's ids are"),
        ([1, 1, 20], "there once"),
        ([1, None, 20], "none missing"),
    ],
)
def test_a_pool_that_cannot_be_drawn_from_is_refused(seeded, pool, message):
    with pytest.raises(ValueError, match=message):
        seeded.draw_training_set("spring", pool)


@pytest.mark.parametrize("ratio", [0, -1, float("inf"), float("nan")])
def test_a_ratio_that_is_not_positive_is_refused(seeded, ratio):
    with pytest.raises(ValueError, match="`ratio` should be positive"):
        seeded.draw_training_set("spring", range(50), ratio=ratio)


def test_too_few_seeds_are_refused(store):
    with pytest.raises(ValueError, match="0 seeds; min_seeds=2"):
        store.draw_training_set("spring", range(50))


def test_a_version_that_is_not_there_is_refused(seeded):
    with pytest.raises(ValueError, match="version=7"):
        seeded.training_set("spring", 7)
