import json

import pytest

from benchmarks import train_step
from benchmarks import train_step_report
from benchmarks.quality_guard import Quality
from benchmarks.throughput import DOCUMENTED
from benchmarks.throughput import OURS
from benchmarks.throughput import SLICES
from benchmarks.throughput import Throughput
from benchmarks.vocabulary_cost import StepTime


def bounds(documented=3.5, slices=2.0, growth=1.3, difference=0.003):
    ratios = {OURS: 1.0, SLICES: slices, DOCUMENTED: documented}
    speeds = [
        Throughput(name, dim, 1.0, 1.0, ratio if dim == 5 else 0.0, [])
        for name, ratio in ratios.items()
        for dim in (5, 16)
    ]
    steps = [
        StepTime(OURS, 10**5, 1.0, 1.0, []),
        StepTime(OURS, 10**6, 1.0, 9.0, []),
        StepTime(OURS, 10**7, 1.0, growth, []),
        StepTime("stock", 10**8, 1.0, 9.0, []),
    ]
    qualities = [
        Quality("click", [], [], [], 0.0),
        Quality("purchase", [], [], [], difference),
    ]
    met = train_step_report.bounds(speeds, steps, qualities)
    return list(met.values())


def test_what_reaches_the_bounds_meets_them():
    assert bounds() == [True, True, True, True]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"documented": 3.49}, 0),
        ({"slices": 1.99}, 1),
        ({"growth": 1.31}, 2),
        ({"difference": -0.0031}, 3),
    ],
)
def test_each_bound_can_be_missed(changed, place):
    expected = [True] * 4
    expected[place] = False
    assert bounds(**changed) == expected


@pytest.mark.slow
def test_a_quick_run_reports_every_part(tmp_path):
    code = train_step.main(["--quick", "--output", str(tmp_path)])
    results = json.loads((tmp_path / "train_step.json").read_text())
    assert code == (0 if all(results["bounds"].values()) else 1)
    assert len(results["bounds"]) == 4
    assert [each["ids"] for each in results["step"]] == [100, 100, 10_000]
    text = (tmp_path / "train_step.md").read_text()
    assert text.count("| tfmtl ") == 3
    assert results["hardware"] in text


def test_a_lazy_optimizer_that_is_better_is_no_miss():
    assert bounds(difference=0.02) == [True] * 4
