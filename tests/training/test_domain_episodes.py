import collections

import numpy as np
import pytest
import tensorflow as tf

from tfmtl.training import domain_episodes


def table(sizes):
    """Returns rows numbered from 0 and their domains, mixed up."""
    domains = np.repeat(np.arange(len(sizes)), sizes)
    domains = np.random.default_rng(0).permutation(domains)
    return {"row": np.arange(len(domains))}, domains


def draw(sizes, steps, **options):
    """Returns row numbers `(steps, count, rows)` of both sets, and domains."""
    features, domains = table(sizes)
    labels = {"y": domains}
    data = domain_episodes(features, labels, domains, steps=steps, **options)
    chosen = {"support": [], "query": []}
    for step in data:
        for name, rows in chosen.items():
            rows.append(step[name][0]["row"].numpy())
            np.testing.assert_array_equal(
                step[name][1]["y"], domains[rows[-1]].astype(np.float32)
            )
    return np.stack(chosen["support"]), np.stack(chosen["query"]), domains


def test_an_episode_is_of_one_domain_and_its_sets_share_no_row():
    support, query, domains = draw([400, 60, 9, 11], 30, count=3, rows=4)
    both = np.concatenate([support, query], axis=2)
    assert both.shape == (30, 3, 8)
    for step in both:
        of_episode = domains[step]
        assert np.all(of_episode == of_episode[:, :1])
        assert len(set(of_episode[:, 0])) == 3
        assert all(len(set(rows)) == 8 for rows in step)


def test_every_row_is_as_likely_in_either_set():
    support, query, _ = draw([7], 300, count=1, rows=3)
    for rows in (support, query):
        share = np.bincount(rows.ravel(), minlength=7) / 300
        np.testing.assert_allclose(share, 3 / 7, atol=0.11)


def test_sets_that_are_drawn_apart_may_share_rows():
    support, query, _ = draw([7], 300, count=1, rows=5, disjoint=False)
    for rows in (support, query):
        assert all(len(set(step[0])) == 5 for step in rows)
        share = np.bincount(rows.ravel(), minlength=7) / 300
        np.testing.assert_allclose(share, 5 / 7, atol=0.11)
    # Of five rows, 25 / 7 are in the other set too, on average.
    pairs = zip(support[:, 0], query[:, 0], strict=True)
    shared = np.mean([len(set(a) & set(b)) for a, b in pairs])
    assert shared == pytest.approx(25 / 7, abs=0.2)


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (np.asarray, [0.1, 0.2, 0.7]),
        (np.ones_like, [1 / 3, 1 / 3, 1 / 3]),
        (lambda sizes: sizes == 20, [0, 1, 0]),
    ],
)
def test_draws_a_domain_by_its_chance(probability, expected):
    support, _, domains = draw(
        [10, 20, 70], 300, count=1, rows=1, probability=probability
    )
    share = np.bincount(domains[support.ravel()], minlength=3) / 300
    np.testing.assert_allclose(share, expected, atol=0.11)


def test_draws_the_domains_of_a_step_one_after_the_other():
    support, _, domains = draw([10, 20, 70], 300, count=2, rows=1)
    pairs = collections.Counter(
        tuple(sorted(pair)) for pair in domains[support[..., 0]]
    )
    # First 1 then 2, or first 2 then 1: 0.2 * 0.7 / 0.8 + 0.7 * 0.2 / 0.3.
    expected = 0.2 * 0.7 / 0.8 + 0.7 * 0.2 / 0.3
    assert pairs[1, 2] / 300 == pytest.approx(expected, abs=0.11)


def test_halves_a_short_domain_and_fills_it_up_with_rows_of_no_weight():
    features, domains = table([5, 80])
    data = domain_episodes(
        features,
        {"y": domains},
        domains,
        count=1,
        rows=4,
        steps=5,
        probability=lambda sizes: sizes == 5,
    )
    for step in data:
        counted = []
        for name, size in (("support", 2), ("query", 3)):
            x, _, weight = step[name]
            assert weight.shape == (1, 4, 1)
            assert np.ravel(weight).tolist() == [1.0] * size + [0.0] * (
                4 - size
            )
            kept = x["row"].numpy()[0, :size].tolist()
            # Rows of other ids would be touched by the optimizer.
            assert set(x["row"].numpy()[0]) == set(kept)
            counted += kept
        assert sorted(counted) == np.flatnonzero(domains == 0).tolist()


def test_gives_no_weights_where_every_domain_is_long_enough():
    features, domains = table([8, 9])
    data = domain_episodes(features, {}, domains, count=1, rows=4)
    assert all(len(step["query"]) == 2 for step in data)


def test_the_seed_repeats_the_episodes_and_epochs_differ():
    one, other, third = (
        draw([40, 60], 3, count=1, rows=4, seed=seed)[0] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, other)
    assert np.any(one != third)
    features, domains = table([40, 60])
    data = domain_episodes(features, {}, domains, count=1, rows=4, steps=2)
    first, second = (
        [step["query"][0]["row"].numpy().tolist() for step in data]
        for _ in range(2)
    )
    assert first != second


def test_an_epoch_has_as_many_steps_as_sets_cover_the_rows():
    features, domains = table([40, 61])
    data = domain_episodes(features, {}, domains, count=1, rows=10)
    assert len(data) == 11


def test_keeps_types_and_widths():
    data = domain_episodes(
        {"ids": np.zeros((6, 3), np.int32), "x": np.zeros(6, np.float32)},
        {"y": np.zeros((6, 1), bool)},
        np.zeros(6),
        count=1,
        rows=2,
    )
    features, labels = data.element_spec["support"]
    assert features["ids"] == tf.TensorSpec((1, 2, 3), tf.int32)
    assert features["x"] == tf.TensorSpec((1, 2), tf.float32)
    assert labels["y"] == tf.TensorSpec((1, 2, 1), tf.float32)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rows": 0}, "positive.*rows=0"),
        ({"count": 3}, "2 domains with a chance, count=3"),
        ({"probability": np.zeros_like}, "0 domains with a chance"),
        ({"probability": np.negative}, "not negative"),
        ({"domains": np.arange(4) // 3}, "two rows or more.*one row of .1."),
        ({"domains": np.zeros(5)}, "same number of rows.*5 domains"),
    ],
)
def test_refuses_what_makes_no_episodes(options, message):
    options = {"domains": np.array([0, 0, 1, 1]), "count": 1, **options}
    with pytest.raises(ValueError, match=message):
        domain_episodes({"x": np.zeros(4)}, {}, **options)
