import json

import pytest

from benchmarks import retrieval
from benchmarks.retrieval import Speed


def speeds(ratio=1.2, heads=4.0, same=0.999):
    return [
        Speed(retrieval.FORWARD, 8.0, 1.0, 1.0, []),
        Speed(retrieval.WHOLE, 10.0, ratio, 1.0, []),
        Speed(retrieval.HEADS, heads, 0.5, same, []),
        Speed(retrieval.HALF, 99.0, 9.0, 0.0, []),
    ]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, [True, True, True]),
        ({"ratio": 1.21}, [False, True, True]),
        ({"heads": 4.1}, [True, False, True]),
        ({"same": 0.99}, [True, True, False]),
    ],
)
def test_each_bound_can_be_met_and_missed(changed, expected):
    assert list(retrieval.bounds(speeds(**changed)).values()) == expected


def test_cores_are_those_of_the_whole_time():
    # 10 µs times 10^9 are 10,000 s, a sixth of that in 600 s.
    assert speeds()[1].cores == pytest.approx(10_000 / 600)


@pytest.mark.slow
def test_a_quick_run_reports_every_way(tmp_path):
    retrieval.main(["--quick", "--output", str(tmp_path)])
    results = json.loads((tmp_path / "retrieval.json").read_text())
    assert [speed["same"] for speed in results["speeds"][:2]] == [1.0, 1.0]
    text = (tmp_path / "retrieval.md").read_text()
    assert text.count("\n| heads") == 2 and results["hardware"] in text
