import dataclasses
import json

import numpy as np
import pytest

from tfmtl.experiments import command_line
from tfmtl.experiments.expansion_ab import ScoresFolder
from tfmtl.experiments.expansion_ab import Simulation
from tfmtl.experiments.expansion_ab import arms as ab
from tfmtl.experiments.expansion_ab import choosers
from tfmtl.experiments.expansion_ab import simulate
from tfmtl.experiments.expansion_ab import to_markdown
from tfmtl.experiments.expansion_ab.delivery import deliver
from tfmtl.experiments.expansion_ab.truth import true_values
from tfmtl.experiments.expansion_ab.world import make_world

SMALL = Simulation(6000, 2, 2, size=300, days=5, repeats=60)


@pytest.fixture(scope="module")
def world():
    return make_world(SMALL)


@pytest.fixture(scope="module")
def noisy(world):
    """Scores of a model that half knows, and of one that knows more."""
    draw = np.random.default_rng(0)
    logit = np.log(world.chances / (1 - world.chances))
    noise = draw.normal(size=logit.shape)
    return logit + 3 * noise, logit + noise / 2


@pytest.fixture(scope="module")
def experiment(world, noisy):
    return ab.Arms(world, SMALL, *noisy)


@pytest.fixture(scope="module")
def happened(experiment):
    arms = experiment.assign("planted")
    return arms, experiment.run(arms, 0)


def test_either_arm_chooses_as_many_of_its_own_and_no_seeds(world, happened):
    arms, delivery = happened
    for row, campaign in enumerate(world.tested):
        chosen = np.flatnonzero(delivery.chosen[row])
        assert (arms[chosen] == "control").sum() == SMALL.size
        assert (arms[chosen] == "treatment").sum() == SMALL.size
        assert not set(chosen) & set(world.audiences.seeds[campaign])


def test_only_the_chosen_are_exposed_and_only_the_exposed_convert(happened):
    arms, delivery = happened
    assert not (delivery.exposed & ~delivery.chosen[:, np.newaxis]).any()
    assert not (delivery.converted & ~delivery.exposed).any()
    units = delivery.units(arms)
    assert units["selected"].sum() == delivery.chosen.sum()
    by_day = sum(delivery.units(arms, day=d)["exposures"] for d in range(5))
    np.testing.assert_array_equal(units["exposures"], by_day)
    assert len(delivery.impressions(arms)) == units["exposures"].sum()


def test_what_happens_to_a_user_does_not_depend_on_who_else_is_chosen(
    world, happened
):
    arms, delivery = happened
    alone = delivery.chosen & (arms == "control")
    again = deliver(world, alone, SMALL.days, 0)
    kept = delivery.converted & (arms == "control")
    np.testing.assert_array_equal(again.converted, kept)


def test_the_truth_is_the_mean_of_what_happens(world, experiment, happened):
    arms, delivery = happened
    chosen = delivery.chosen & (arms == "control")
    truth = true_values(world, chosen, SMALL.days)
    totals = dict.fromkeys(truth, 0.0)
    for seed in range(60):
        units = deliver(world, chosen, SMALL.days, [9, seed]).units(arms)
        for name, metric in ab.METRICS.items():
            parts = metric.parts(units)
            totals[name] += parts.numerator.sum() / parts.denominator.sum()
    for name, total in totals.items():
        assert total / 60 == pytest.approx(truth[name], rel=0.015)


def test_the_two_definitions_of_cvr_by_hand(world):
    # Two users come by with chances 1/2 and 1, and convert with 0.4 and 0.1.
    chances = np.array([[0.4, 0.1]], np.float32)
    known = dataclasses.replace(world.audiences, probabilities=chances)
    pair = dataclasses.replace(
        world, audiences=known, visits=np.array([0.5, 1]), tested=range(1)
    )
    truth = true_values(pair, np.ones((1, 2), bool), days=2)
    assert truth["exposures"] == pytest.approx(2 * 0.75)
    assert truth["conversions"] == pytest.approx(2 * (0.2 + 0.1) / 2)
    assert truth["cvr"] == pytest.approx(0.3 / 1.5)
    # On one of two days at least: 3/4 and 1.
    assert truth["mean_cvr"] == pytest.approx((0.3 + 0.1) / 1.75)


def test_the_better_model_is_found(experiment, happened):
    arms, delivery = happened
    report = ab.analyse(delivery, arms)
    assert report.sample_ratio.holds
    truth = experiment.truth()
    for name in ("conversions", "cvr", "mean_cvr"):
        number = list(ab.METRICS).index(name)
        effect = report.effects[number]
        assert effect.is_shown and effect.difference.value > 0
        assert truth[name]["lift"] in effect.lift


def test_equal_impressions_are_equal(happened):
    arms, delivery = happened
    found = ab.at_equal_impressions(delivery, arms, seed=0)
    shown = delivery.units(arms).groupby("arm")["exposures"].sum()
    assert found["impressions"] == shown.min()
    before, after = found["conversions"].values()
    assert found["effect"].lift.value == pytest.approx(after / before - 1)


def test_one_model_in_both_arms_has_no_lift(world, noisy):
    same = ab.Arms(world, SMALL, noisy[0], noisy[0])
    assert all(each["lift"] == 0 for each in same.truth().values())
    arms = same.assign("AA")
    report = ab.analyse(same.run(arms, 1), arms)
    assert not any(effect.is_shown for effect in report.effects)


def test_intervals_hold_the_truth_as_often_as_they_say(experiment):
    shares = ab.coverage(experiment, "repeated")
    assert all(0.88 <= share <= 1 for share in shares.values())


def test_scores_are_made_once(tmp_path):
    keep = ScoresFolder(tmp_path, SMALL)
    made = keep("MLP, one stage", lambda: np.ones((1, 2), np.float32))
    again = ScoresFolder(tmp_path, dataclasses.replace(SMALL, repeats=9))
    kept = again("MLP, one stage", lambda: pytest.fail("made again"))
    np.testing.assert_array_equal(made, kept)
    with pytest.raises(ValueError, match='another simulation.*"seed": 0'):
        ScoresFolder(tmp_path, dataclasses.replace(SMALL, seed=1))


@pytest.mark.parametrize(
    "options", [{"users": 100}, {"size": 3000}, {"days": 0}, {"campaigns": 0.5}]
)
def test_refuses_sizes_that_make_no_experiment(options):
    with pytest.raises(ValueError, match="Received: "):
        Simulation(**options)


def test_the_page_has_all_numbers_beside_the_truth(noisy):
    scores = dict(zip(choosers.NAMES, (*noisy, noisy[1]), strict=True))
    said = []
    few = dataclasses.replace(SMALL, repeats=3)
    result = simulate(few, said.append, lambda name, make: scores[name])
    json.dumps(result, allow_nan=False)
    page = to_markdown(
        result, dict.fromkeys(("command", "date", "versions", "hardware"), "x")
    )
    truth = result["experiments"][0]["truth"]["cvr"]["lift"]
    assert f" {truth:+.1%} |" in page
    for text in (
        "## MetaHeac against MLP, one stage",
        "## MetaHeac against MLP, pre-trained",
        "Sample ratio holds",
        "With impressions equalised",
        "| campaign 2, truth |",
        "| day 5 ",
        "1,000 times",
    ):
        assert text in page
    assert said[0] == "population"


@pytest.mark.slow
def test_the_command_runs_from_models_to_results(tmp_path, capsys):
    words = ["expansion-ab", "--output", str(tmp_path), "--users", "5000"]
    words += "--past-campaigns 5 --campaigns 1 --size 100 --repeats 3".split()
    assert command_line.main(words) == 0
    said = capsys.readouterr().out
    assert str(tmp_path / "results.json") in said
    result = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert len(result["experiments"]) == 2
    assert len(list((tmp_path / "scores").glob("*.npy"))) == 3
