import warnings

import numpy as np
import pandas as pd
import pytest

import tfmtl
from tfmtl.audience import AudienceExpander

CAMPAIGN = {"category": 2}


def fitted(expander, *args, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return expander.fit(*args, **options)


@pytest.fixture(scope="module")
def expander(general, tuning, seeds, pool):
    """Fitted to the seeds."""
    before = [w.copy() for w in general.get_weights()]
    expander = AudienceExpander(general, fine_tuning=tuning, held_out=0.3)
    assert fitted(expander, seeds, pool, CAMPAIGN) is expander
    # The general model is as it was, to the bit.
    for old, new in zip(before, general.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert not general.compiled
    return expander


def test_finds_the_users_that_are_like_the_seeds(expander, seeds, pool):
    audience = expander.expand(pool, size=40)
    assert list(audience.columns) == ["user_id", "score"]
    taste = dict(zip(pool["user_id"], pool["taste"], strict=True))
    assert {taste[user] for user in audience["user_id"]} == {3}
    assert not set(audience["user_id"]) & set(seeds)
    assert audience["score"].is_monotonic_decreasing
    by_id = dict(zip(pool["user_id"], expander.score(pool), strict=True))
    np.testing.assert_array_equal(
        audience["score"], [by_id[user] for user in audience["user_id"]]
    )


def test_reports_what_was_learned_and_how_well(expander):
    report = expander.report_
    assert (report.num_seeds, report.num_held_out) == (35, 15)
    assert report.num_negatives == 350
    assert report.auc.value > 0.9 and 0.5 not in report.auc
    # All seeds are in the best third.
    assert expander.expected_lift(1 / 3).value == pytest.approx(3, rel=0.05)
    assert len(report.warnings) == 1
    assert "50 seeds are few" in report.warnings[0]


def test_one_campaign_leaves_no_trace_in_the_next(expander, seeds, pool):
    alone = expander.score(pool)
    other = AudienceExpander(**expander.get_params())
    others = pool["user_id"][pool["taste"] == 5][:50]
    fitted(other, others, pool, {"category": 4})
    assert np.any(other.score(pool) != alone)
    fitted(other, seeds, pool, CAMPAIGN)
    np.testing.assert_array_equal(other.score(pool), alone)


def test_customising_beats_the_general_model_on_a_planted_population(tuning):
    planted = tfmtl.datasets.synthetic.lookalike(
        users=1500, campaigns=2, seeds=(70, 75), own_share=1.0
    )
    general = tfmtl.models.SharedBottom(
        [*planted.user_features, *planted.campaign_features],
        [tfmtl.BinaryTask("responds")],
        bottom_units=(),
        tower_units=(16,),
        seed=0,
    )
    x, y = planted.training_rows(0)
    general.compile(tfmtl.optimizers.LazyAdam(0.01))
    general.fit(x, {"responds": y}, epochs=4, verbose=0)
    pool = {"user_id": np.arange(1500), **planted.users}
    campaign = {name: ids[1] for name, ids in planted.campaigns.items()}
    expander = AudienceExpander(general, fine_tuning=tuning, held_out=0)
    customised = fitted(expander, planted.seeds[1], pool, campaign).score(pool)
    everyone = planted.x(1, np.arange(1500))
    plain = general.predict(everyone, verbose=0)["responds"][:, 0]
    gain = planted.expected_auc(1, customised) - planted.expected_auc(1, plain)
    assert gain > 0.05


@pytest.fixture(scope="module")
def plain(general, seeds, pool):
    """Fitted once, some users and 10 seeds opted out and 2 seeds unknown."""
    expander = AudienceExpander(general, held_out=0, min_known=0.9)
    opted_out = [*pool["user_id"][:9], *seeds[:10]]
    return fitted(expander, [*seeds, 1, 2], pool, CAMPAIGN, exclude=opted_out)


def test_an_audience_does_not_depend_on_the_order_of_the_users(plain, pool):
    # 36 kinds of users: most of them tie.
    expected = plain.expand(pool, size=100)
    order = np.random.default_rng(1).permutation(len(pool["user_id"]))
    mixed = pd.DataFrame({name: c[order] for name, c in pool.items()})
    pd.testing.assert_frame_equal(plain.expand(mixed, size=100), expected)
    for _, ids in expected.groupby("score", sort=False)["user_id"]:
        assert ids.is_monotonic_increasing


def test_an_audience_holds_neither_seeds_nor_excluded_users(plain, seeds, pool):
    opted_out, asked = pool["user_id"][:9], pool["user_id"][9:20]
    left = set(pool["user_id"]) - {*seeds, *opted_out, *asked}
    everyone = plain.expand(pool, size=len(left), exclude=asked)
    assert set(everyone["user_id"]) == left
    with pytest.raises(ValueError, match=f"of 600 users {len(left)} are left"):
        plain.expand(pool, size=len(left) + 1, exclude=asked)
    with pytest.raises(ValueError, match="size=0"):
        plain.expand(pool, size=0)


def test_excluded_and_unknown_seeds_are_not_learned_from(plain, seeds, pool):
    gone = set(seeds[:10]) | (set(seeds) & set(pool["user_id"][:9]))
    assert plain.report_.num_seeds == len(seeds) - len(gone)
    assert plain.report_.excluded_seeds == len(gone)
    assert plain.report_.unknown_seeds == 2


def test_without_held_out_seeds_nothing_is_promised(plain):
    assert plain.report_.auc is None and plain.report_.lift is None
    with pytest.raises(ValueError, match="held_out=0"):
        plain.expected_lift()


def test_warns_of_seeds_that_do_not_differ_from_the_pool(general, pool):
    seeds = pool["user_id"][:150]  # in no order, so of no kind
    expander = AudienceExpander(general, negatives_per_seed=1, held_out=0.5)
    with pytest.warns(UserWarning, match="do not differ from the pool"):
        expander.fit(seeds, pool, CAMPAIGN)
    assert 0.5 in expander.report_.auc


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seeds": [1, 2, 3, 1001]}, r"3 of 4 seeds .* first \[1, 2, 3\]"),
        ({"seeds": [1001, 1002, 1001]}, r"1 ids, first \[1001\]"),
        ({"seeds": [1001, 1002]}, "2 of 2 seeds .*min_seeds=20"),
        ({"seeds": ["a", "b"]}, r"Received: string values, first \['a', 'b'\]"),
        ({"seeds": 7}, "`seeds` should list the ids"),
        ({"exclude": ["1001"]}, "`exclude` should hold ids of the type"),
        ({"pool": {"user_id": [], "taste": [], "age": []}}, "0 users"),
        ({"pool": {"id": [1001]}}, "should have a column of ids"),
        ({"pool": {"user_id": [1.5]}}, "whole numbers or text"),
        ({"pool": {"user_id": [1, 1]}}, r"one row.*first \[1\]"),
        ({"pool": {"user_id": [1]}}, r"neither for \['taste', 'age'\]"),
        (
            {"pool": {"user_id": [1], "taste": [1, 2], "age": [1]}},
            "1 ids, rows={'taste': 2, 'age': 1}",
        ),
        ({"campaign": {}}, r"neither for \['category'\]"),
        ({"campaign": {"category": 1, "brand": 2}}, r"\['brand'\]"),
        ({"campaign": {"category": [1, 2]}}, "1 value.*'category'"),
    ],
)
def test_refuses_what_cannot_be_learned_from(
    general, seeds, pool, change, message
):
    arguments = {"seeds": seeds, "pool": pool, "campaign": CAMPAIGN, **change}
    expander = AudienceExpander(general)
    with pytest.raises(ValueError, match=message):
        expander.fit(**arguments)
    with pytest.raises(ValueError, match="has to be fitted"):
        expander.score(pool)


def test_refuses_a_pool_of_nothing_but_seeds(general, seeds, pool):
    rest = np.setdiff1d(pool["user_id"], seeds)
    with pytest.raises(ValueError, match="neither seeds nor excluded.*: 0"):
        AudienceExpander(general).fit(seeds, pool, CAMPAIGN, exclude=rest)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"held_out": 1}, "held_out=1"),
        ({"negatives_per_seed": 0}, "negatives_per_seed=0"),
        ({"min_seeds": 1}, "min_seeds=1"),
        ({"min_known": 1.5}, "min_known=1.5"),
    ],
)
def test_refuses_settings_out_of_range(general, seeds, pool, options, message):
    with pytest.raises(ValueError, match=message):
        AudienceExpander(general, **options).fit(seeds, pool, CAMPAIGN)


def test_refuses_a_model_of_several_tasks(features, path, seeds, pool):
    model = tfmtl.models.SharedBottom(features, path)
    with pytest.raises(ValueError, match="with one BinaryTask"):
        AudienceExpander(model).fit(seeds, pool)


def test_parameters_make_an_equal_expander(general):
    expander = AudienceExpander(general, min_seeds=7)
    copy = AudienceExpander(**expander.get_params())
    assert copy.get_params() == expander.get_params()


def test_parameters_are_changed_by_name(general):
    expander = AudienceExpander(general)
    assert expander.set_params(min_seeds=7, seed=3) is expander
    assert (expander.min_seeds, expander.seed) == (7, 3)
    with pytest.raises(ValueError, match=r"'min_seeds'.*Received: \['seeds'\]"):
        expander.set_params(seed=4, seeds=9)
    assert expander.seed == 3


def test_learns_from_the_negatives_that_are_given(general, seeds, pool):
    rest = np.setdiff1d(pool["user_id"], seeds)
    given, opted_out = rest[:200], rest[200:210]
    expander = AudienceExpander(general)
    fitted(expander, seeds, pool, CAMPAIGN, opted_out, given)
    assert expander.report_.num_negatives == 200
    held_out_seeds, others = expander.held_out_ids_
    assert len(held_out_seeds) == 10 and set(held_out_seeds) <= set(seeds)
    assert set(others) == set(rest[210:])
    by_id = dict(zip(pool["user_id"], expander.score(pool), strict=True))
    np.testing.assert_array_equal(
        expander.held_out_scores_[1], [by_id[user] for user in others]
    )


def test_judges_by_the_seeds_that_are_given(general, seeds, pool):
    expander = AudienceExpander(general)
    fitted(expander, seeds, pool, CAMPAIGN, held_out_seeds=seeds[:7])
    assert set(expander.held_out_ids_[0]) == set(seeds[:7])
    assert expander.report_.num_seeds == 43
    for none_left in (seeds, []):
        with pytest.raises(ValueError, match="some of the seeds"):
            expander.fit(seeds, pool, CAMPAIGN, held_out_seeds=none_left)


@pytest.mark.parametrize(
    ("negatives", "message"),
    [
        ([], "one or more"),
        ([1], r"1 of 1 that are not, first \[1\]"),
        ([1000, 1000], "negative should be there once"),
        (["a"], "`negatives` should hold ids of the type"),
    ],
)
def test_refuses_negatives_that_tell_nothing(
    general, seeds, pool, negatives, message
):
    with pytest.raises(ValueError, match=message):
        AudienceExpander(general).fit(
            seeds, pool, CAMPAIGN, negatives=negatives
        )
    with pytest.raises(ValueError, match="neither seeds nor excluded"):
        AudienceExpander(general).fit(
            seeds, pool, CAMPAIGN, negatives=seeds[:3]
        )
