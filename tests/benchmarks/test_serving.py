import dataclasses
import json
import pathlib
import sys

import pytest

from benchmarks import serving
from benchmarks import serving_report
from benchmarks.request_load import Burst
from benchmarks.serving_report import Cost
from benchmarks.serving_ways import IN_PROCESS
from benchmarks.serving_ways import LOCAL
from benchmarks.serving_ways import TENSORFLOW

ROOT = pathlib.Path(__file__).parents[2]
# Takes the flags of TensorFlow Serving and is the local server.
STAND_IN = f"""#!{sys.executable}
import sys
sys.path.insert(0, {str(ROOT)!r})
from serving.command_line import main
from serving.local_server import LocalServer
pairs = [argument.partition("=") for argument in sys.argv[1:]]
main(LocalServer, [
    flag.replace("_", "-") + "=" + value for flag, _, value in pairs
])
"""


def costs(**changes):
    in_process = Cost(IN_PROCESS, 1, 32, 1, 1, 1, 1000, 500.0, 500.0, 0.0)
    local = Cost(LOCAL, 1, 32, 2, 3, 1000.0, 400, 3000.0, 700.0, 1e-6)
    busy = dataclasses.replace(local, threads=4, server_us=9000.0)
    return [
        in_process,
        dataclasses.replace(in_process, threads=4),
        dataclasses.replace(local, **changes),
        busy,
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [True, True, True]),
        ({"server_us": 3001.0}, [False, True, True]),
        ({"p99_ms": 1001.0}, [True, False, True]),
        ({"difference": 2e-6}, [True, True, False]),
    ],
)
def test_each_bound_can_be_met_and_missed(changes, expected):
    shown = serving_report.bounds(costs(**changes))
    assert list(shown.values()) == expected


def test_percentiles_are_of_all_requests_and_the_rest_of_the_median_round():
    bursts = [
        Burst([0.001] * 50, 0.5, server_cpu=0.05, client_cpu=0.01),
        Burst([0.003] * 50, 1.0, server_cpu=0.10, client_cpu=0.02),
        Burst([0.002] * 50, 9.0, server_cpu=0.90, client_cpu=0.90),
    ]
    cost = serving_report.cost(LOCAL, 4, 32, bursts, 0.0)
    assert (cost.p50_ms, cost.p99_ms) == pytest.approx((2.0, 3.0))
    assert cost.requests_per_second == pytest.approx(50)
    assert cost.server_us == pytest.approx(2000)
    assert cost.client_us == pytest.approx(400)


def told(measured):
    environment = {"command": "", "date": "", "versions": "", "hardware": ""}
    return serving_report.text(environment, serving.FULL, measured, {})


def test_the_report_has_rows_a_second_and_what_a_row_takes():
    lines = told(costs(server_us=320.0)).splitlines()
    [row] = [line for line in lines if " 10.0 " in line]
    cells = [cell.strip() for cell in row.split("|")[1:-1]]
    assert cells[6:] == ["400", "12,800", "10.0", "21.9"]


def test_the_report_says_which_server_there_was_not():
    assert f"`{TENSORFLOW}` was not on the PATH" in told(costs())
    both = [*costs(), dataclasses.replace(costs()[-1], way=TENSORFLOW)]
    assert "PATH" not in told(both)


@pytest.mark.slow
def test_a_quick_run_asks_every_server_that_there_is(tmp_path, monkeypatch):
    program = tmp_path / TENSORFLOW
    program.write_text(STAND_IN)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    code = serving.main(["--quick", "--output", str(tmp_path)])
    results = json.loads((tmp_path / "serving.json").read_text())
    assert code == (0 if all(results["bounds"].values()) else 1)
    cases = [(each["way"], each["rows"]) for each in results["costs"]]
    assert set(cases) == {
        (way, rows)
        for way in (IN_PROCESS, LOCAL, TENSORFLOW)
        for rows in serving.QUICK["rows"]
    }
    for each in results["costs"]:
        assert 0 < each["p50_ms"] <= each["p95_ms"] <= each["p99_ms"]
        assert each["difference"] <= 1e-6
        assert each["server_us"] > 0
