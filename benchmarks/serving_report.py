"""What a prediction costs each way, the bounds of it, and the report."""

import dataclasses
import statistics
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks import report
from benchmarks.request_load import Burst
from benchmarks.serving_ways import IN_PROCESS
from benchmarks.serving_ways import LOCAL
from benchmarks.serving_ways import TENSORFLOW
from tfmtl.experiments import markdown

MOST_US_BEYOND = 2500
CLIENTS_PATIENCE_MS = 1000
MOST_DIFFERENCE = 1e-6


@dataclasses.dataclass(frozen=True)
class Cost:
    """What the requests of one case took.

    Args:
        way: How they were predicted.
        threads: How many threads asked at once.
        rows: Rows of a request.
        p50_ms: Wall milliseconds of a request, the median of all.
        p95_ms: What 95 % of them did not exceed.
        p99_ms: What 99 % of them did not exceed.
        requests_per_second: By the clock, the median round.
        server_us: CPU microseconds a request of the process that predicts,
            the median round.
        client_us: The same of the process that asks.
        difference: Largest difference of an answer from that in the process.
    """

    way: str
    threads: int
    rows: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    requests_per_second: float
    server_us: float
    client_us: float
    difference: float


def cost(
    way: str,
    threads: int,
    rows: int,
    bursts: Sequence[Burst],
    difference: float,
) -> Cost:
    """Returns what a case cost.

    Args:
        way: How it was predicted.
        threads: How many threads asked at once.
        rows: Rows of a request.
        bursts: What it took in each round.
        difference: See `Cost`.
    """
    latencies = np.concatenate([burst.latencies for burst in bursts])
    requests = len(latencies) / len(bursts)

    def of_one(seconds: Sequence[float]) -> float:
        return statistics.median(seconds) / requests

    return Cost(
        way,
        threads,
        rows,
        *(np.percentile(latencies, [50, 95, 99]) * 1e3).tolist(),
        1 / of_one([burst.seconds for burst in bursts]),
        of_one([burst.server_cpu for burst in bursts]) * 1e6,
        of_one([burst.client_cpu for burst in bursts]) * 1e6,
        difference,
    )


def bounds(costs: Sequence[Cost]) -> dict[str, bool]:
    """Returns what the benchmark must show, and whether it does."""
    in_process, local = (
        [each for each in costs if each.way == way]
        for way in (IN_PROCESS, LOCAL)
    )
    shown = {}
    for ours, theirs in zip(in_process, local, strict=True):
        beyond = theirs.server_us - ours.server_us
        if theirs.threads == 1:
            shown[
                f"{LOCAL}, batches of {theirs.rows}: at most "
                f"{MOST_US_BEYOND:,} µs of CPU a request beyond the call "
                f"{IN_PROCESS} (was {beyond:,.0f})"
            ] = beyond <= MOST_US_BEYOND
    slowest = max(each.p99_ms for each in local)
    shown[
        f"{LOCAL}: 99 % of the requests of each case within the second that "
        f"clients wait by default (was {slowest:,.0f} ms)"
    ] = slowest <= CLIENTS_PATIENCE_MS
    difference = max(each.difference for each in costs)
    shown[
        f"all answers as {IN_PROCESS}, up to {MOST_DIFFERENCE} (was "
        f"{difference:.1g})"
    ] = difference <= MOST_DIFFERENCE
    return shown


def text(
    environment: dict[str, str],
    sizes: dict[str, Any],
    costs: Sequence[Cost],
    bounds: dict[str, bool],
) -> str:
    """Returns the report as Markdown."""
    absent = all(each.way != TENSORFLOW for each in costs)
    return "\n".join(
        [
            "# Predictions over gRPC",
            "",
            "`{command}`, {date}; {versions}; {hardware}.".format(
                **environment
            ),
            "",
            "An MMoE of four experts on the 18 fields of Ali-CCP, a column for "
            "each. Threads of one process share a `PredictionClient`, and each "
            "waits for its answer before it asks anew: {count:,} requests of "
            "each case in {rounds} rounds, all cases in alternation. Latencies "
            "are of all requests, the rest is the median round. Servers are "
            "processes of their own on the same machine, with the threads that "
            f"they choose by default. {IN_PROCESS.capitalize()} is the call "
            "that the local server makes once it has decoded a request. The "
            "client's CPU time holds its checks of the columns.".format(
                count=sizes["requests"] * sizes["rounds"], **sizes
            )
            + (f" `{TENSORFLOW}` was not on the PATH." if absent else ""),
            "",
            _table(costs),
            "",
            "## Bounds",
            "",
            report.verdicts(bounds),
        ]
    )


def _table(costs: Sequence[Cost]) -> str:
    header = ["way", "threads", "rows", "p50 ms", "p95 ms", "p99 ms"]
    header += ["requests/s", "rows/s", "CPU µs/row", "client's CPU µs/row"]
    rows = [
        [
            each.way,
            str(each.threads),
            str(each.rows),
            f"{each.p50_ms:.2f}",
            f"{each.p95_ms:.2f}",
            f"{each.p99_ms:.2f}",
            f"{each.requests_per_second:,.0f}",
            f"{each.requests_per_second * each.rows:,.0f}",
            f"{each.server_us / each.rows:,.1f}",
            f"{each.client_us / each.rows:,.1f}"
            if each.way != IN_PROCESS
            else "",
        ]
        for each in costs
    ]
    return markdown.table(header, rows)
