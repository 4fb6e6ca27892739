import numpy as np
import pytest

from tfmtl.audience import Estimate
from tfmtl.audience import held_out

SEEDS = np.array([0.9, 0.5])
OTHERS = np.array([0.8, 0.5, 0.2, 0.1])


def test_auc_and_its_interval_are_those_worked_out_by_hand():
    auc = held_out.auc(SEEDS, OTHERS)
    # Shares of others below: 4/4 and 2.5/4. Shares of seeds above: 1/2, 3/4,
    # 1, 1. Variances 9/128 and 0.05729...
    assert auc.value == pytest.approx((1 + 0.625) / 2)
    variance = 9 / 128 / 2 + np.var([0.5, 0.75, 1, 1], ddof=1) / 4
    margin = 1.959964 * np.sqrt(variance)
    assert auc.low == pytest.approx(auc.value - margin)
    assert auc.high == 1.0


def test_of_a_single_seed_nothing_is_known():
    assert held_out.auc(SEEDS[:1], OTHERS) == Estimate(1.0, 0.0, 1.0)


def test_lift_counts_ties_in_part():
    # The top half has room for two of four: 0.8, and 0.5 that ties.
    assert held_out.lift(SEEDS, OTHERS, 0.5).value == pytest.approx(2)
    # A quarter of them: one seed is above, the other one tied below it.
    assert held_out.lift(SEEDS, OTHERS, 0.25).value == pytest.approx(2)
    same = np.ones(7)
    assert held_out.lift(same, np.ones(40), 0.05).value == pytest.approx(1)


def test_intervals_hold_the_truth_as_often_as_they_say():
    draw = np.random.default_rng(0)
    aucs = lifts = 0
    for _ in range(300):
        # Above the best 10 % of exponential others are 40 % of the seeds.
        others = draw.exponential(1.0, 400)
        seeds = draw.exponential(np.log(10) / np.log(2.5), 40)
        scale = np.log(10) / np.log(2.5)
        aucs += scale / (1 + scale) in held_out.auc(seeds, others)
        lifts += 4.0 in held_out.lift(seeds, others, 0.1)
    assert aucs / 300 == pytest.approx(0.95, abs=0.04)
    assert lifts / 300 > 0.95
