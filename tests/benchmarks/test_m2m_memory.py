import dataclasses

import pytest

from benchmarks import m2m_memory
from benchmarks.m2m_memory import QUICK
from benchmarks.m2m_memory import StepCost


def test_a_step_counts_the_kernels_that_it_would_generate():
    cost = m2m_memory.step("units shared by the tasks", QUICK)
    units = QUICK["units"]
    # Three layers of the attention, twice as wide, and of each of two blocks.
    kernels = 3 * (2 * units) ** 2 + 2 * 3 * units**2
    assert cost.generated_mb == pytest.approx(QUICK["rows"] * kernels / 2**18)
    assert cost.state_mb == pytest.approx(cost.weights / 2**16)
    assert cost.peak_mb >= 0 and cost.seconds > 0


def test_a_step_may_take_less_than_the_kernels_both_ways():
    cost = StepCost("", 0, 100.0, 50.0, 249.0, 1.0)
    assert cost.beside_mb == 199.0 and cost.within_bound
    assert not dataclasses.replace(cost, peak_mb=250.0).within_bound
