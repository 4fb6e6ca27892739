import dataclasses
import datetime

import numpy as np
import pytest

from tfmtl.datasets import synthetic


@pytest.fixture(scope="module")
def world():
    return synthetic.scenarios(advertisers=1500, days=84)


def test_the_expected_counts_are_right_in_the_mean(world):
    for anchor in (41, 66, 70):
        labels, expected = world.labels(anchor), world.expected(anchor)
        scenario = world.rows(anchor)["scenario"].to_numpy()
        for name, label in labels.items():
            for number in np.unique(scenario):
                rows = scenario == number
                error = (label - expected[name])[rows, 0]
                deviation = error.std(ddof=1) / np.sqrt(len(error))
                assert abs(error.mean()) < 5 * deviation


def poisson_loss(label, prediction):
    prediction = np.maximum(prediction, 0.1)
    return np.mean(prediction - label * np.log(prediction))


def test_nothing_simple_beats_the_expected_counts(world):
    anchor = 69
    labels, expected = world.labels(anchor), world.expected(anchor)
    past = world.history(anchor, 28)
    for place, (name, label) in enumerate(labels.items()):
        last = past[:, -7:, place].sum(1, keepdims=True)
        mean = past[..., place].sum(1, keepdims=True) / 4
        best = poisson_loss(label, expected[name])
        assert best < poisson_loss(label, last)
        assert best < poisson_loss(label, mean)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda carry: 0 * carry,
        lambda carry: np.roll(carry, 1, axis=0),
        lambda carry: carry * np.eye(3),
        lambda carry: np.broadcast_to(carry.mean(0), carry.shape),
    ],
    ids=["nothing", "of another scenario", "task by task", "all alike"],
)
def test_another_carry_forecasts_worse(world, wrong):
    other = dataclasses.replace(world, carry=wrong(world.carry))
    for name, label in world.labels(69).items():
        best = poisson_loss(label, world.expected(69)[name])
        assert best < poisson_loss(label, other.expected(69)[name])


def test_the_next_week_goes_as_planted(world):
    scenario = world.pairs["scenario"].to_numpy()
    for number, carry in enumerate(world.carry, start=1):
        states = world.states[scenario == number]
        before, after = (
            each.reshape(-1, 3) for each in (states[:, :-1], states[:, 1:])
        )
        found = np.linalg.lstsq(before, after, rcond=None)[0].T
        np.testing.assert_allclose(found, carry, atol=0.12)


def test_states_alone_do_not_tell_the_scenarios_apart(world):
    scenario = world.pairs["scenario"].to_numpy()
    for number in (1, 2, 3, 4, 6):
        for week in (0, 6, 11):
            states = world.states[scenario == number, week]
            found = np.cov(states, rowvar=False)
            np.testing.assert_allclose(found, 0.49 * np.eye(3), atol=0.12)


@pytest.mark.parametrize("seed", range(5))
def test_scenarios_differ_in_what_they_carry_on(seed):
    carry = synthetic.scenarios(10, 28, shares=[1] * 15, seed=seed).carry
    assert (np.linalg.norm(carry, 2, axis=(1, 2)) <= 0.95 + 1e-12).all()
    apart = np.linalg.norm(carry[:, np.newaxis] - carry, axis=(2, 3))
    assert apart[~np.eye(16, dtype=bool)].min() > 0.3


def test_attributes_turn_and_a_scenario_goes_halfway():
    # Of a single task there are but two turns: to keep and to reverse.
    carry = synthetic.scenarios(10, 28, shares=[1] * 15, num_tasks=1).carry
    steps = carry.ravel() / 0.95
    np.testing.assert_allclose(steps, np.rint(steps), atol=1e-12)
    assert {0, 1} <= set(np.rint(steps)) <= {-1, 0, 1}


def test_what_is_planted_is_a_function_of_the_attributes(world):
    table = world.scenarios.set_index(["channel", "placement"])["scenario"]
    carry = {place: world.carry[each - 1] for place, each in table.items()}
    # The new one, 3 1, is told by the others: attributes add up.
    told = carry[1, 1] + carry[2, 2] + carry[3, 3] - carry[1, 2] - carry[2, 3]
    np.testing.assert_allclose(carry[3, 1], told, atol=1e-12)


def test_levels_are_a_function_of_profile_and_attributes(world):
    pairs = world.pairs.merge(world.advertisers, "left")
    pairs = pairs.merge(world.scenarios, "left")
    places = ["channel", "placement"]
    levels = (
        pairs[["industry", "size", *places]]
        .assign(level=world.level[:, 0])
        .drop_duplicates()
        .set_index(["industry", "size", *places])["level"]
        .unstack(places)
        .dropna()
    )
    assert len(levels) > 20
    told = levels[1, 1] + levels[2, 2] + levels[3, 3] - levels[1, 2]
    np.testing.assert_allclose(
        levels[3, 1], told - levels[2, 3], rtol=0, atol=1e-9
    )


def test_scenarios_are_major_minor_and_new(world):
    active = world.pairs["scenario"].value_counts(sort=False) / 1500
    assert active.sort_index().tolist() == pytest.approx(
        [1.0, 0.8, 0.6, 0.4, 0.04, 0.3], abs=0.05
    )
    assert world.scenarios["kind"].tolist() == ["major"] * 4 + ["minor", "new"]


def test_the_new_scenario_has_no_fact_before_its_day(world):
    facts = world.facts
    new = facts[facts["scenario"] == 6]
    assert new["day"].min() == datetime.date(2020, 1, 6) + (
        datetime.timedelta(days=63)
    )
    assert 6 not in set(world.rows(62)["scenario"])
    assert 6 in set(world.rows(63)["scenario"])


def test_the_new_scenario_has_attributes_that_others_have(world):
    *others, new = world.scenarios.to_dict("records")
    for name in ("channel", "placement"):
        assert new[name] in {other[name] for other in others}
    together = {(other["channel"], other["placement"]) for other in others}
    assert (new["channel"], new["placement"]) not in together


@pytest.mark.parametrize(("scenarios", "values"), [(9, 3), (10, 4), (25, 5)])
def test_every_scenario_is_a_combination_of_its_own(scenarios, values):
    shares = [0.5] * (scenarios - 1)
    table = synthetic.scenarios(20, 28, shares=shares).scenarios
    pairs = table[["channel", "placement"]]
    assert len(pairs.drop_duplicates()) == scenarios
    for name in pairs:
        assert set(pairs[name]) == set(range(1, values + 1))


def test_there_may_be_no_new_scenario():
    world = synthetic.scenarios(20, 28, shares=(1.0, 0.5), new_share=0.0)
    assert world.scenarios["kind"].tolist() == ["major", "major"]
    assert len(world.carry) == 2


def test_rows_labels_history_and_expected_agree_in_number(world):
    rows = world.rows(70)
    assert list(rows) == [
        "advertiser_id",
        "scenario",
        "industry",
        "size",
        "channel",
        "placement",
    ]
    assert world.history(70).shape == (len(rows), 40, 3)
    for values in (world.labels(70), world.expected(70)):
        assert list(values) == ["count_1", "count_2", "count_3"]
        for column in values.values():
            assert column.shape == (len(rows), 1)
            assert column.dtype == np.float32


def test_rows_are_in_the_order_of_the_counts(world):
    rows, facts = world.rows(70), world.facts
    day = datetime.date(2020, 1, 6) + datetime.timedelta(days=70)
    keys = ["advertiser_id", "scenario"]
    that_day = facts[facts["day"] == day].set_index(keys)["count_1"]
    told = that_day.reindex(rows.set_index(keys).index, fill_value=0)
    assert told.tolist() == world.history(70, 1)[:, 0, 0].tolist()


def test_a_seed_gives_the_same_data_again():
    first, again, other = (
        synthetic.scenarios(30, 28, seed=seed) for seed in (3, 3, 4)
    )
    assert first.facts.equals(again.facts)
    assert not first.facts.equals(other.facts)


def test_planted_effects_do_not_depend_on_the_size():
    small, large = synthetic.scenarios(10, 28), synthetic.scenarios(40, 56)
    assert np.array_equal(small.carry, large.carry)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"advertisers": 0}, "at least one advertiser.*advertisers=0"),
        ({"days": 27}, "28 days.*days=27"),
        ({"num_tasks": 0}, "one task.*num_tasks=0"),
        ({"spread": -1.0}, "not be negative.*spread=-1.0"),
        ({"daily": 0.0}, "`daily` positive.*daily=0.0"),
        ({"shares": ()}, r"1 to 24 numbers.*shares=\(\)"),
        ({"shares": (0.0,)}, r"in \(0, 1\].*shares=\(0.0,\)"),
        ({"shares": (0.5,) * 25}, "1 to 24 numbers"),
        ({"new_share": 1.5}, "new_share=1.5"),
    ],
)
def test_impossible_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        synthetic.scenarios(**options)
