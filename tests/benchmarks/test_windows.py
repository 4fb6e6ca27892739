import numpy as np
import pandas as pd

from benchmarks import made_facts
from benchmarks import windows
from benchmarks.windows import Cutting


def cuttings(peak=900.0, digest="a"):
    sizes = {"facts": 9, "samples": 30, "buckets": 1}
    times = {"cpu_seconds": 2.0, "seconds": 3.0}
    return [
        Cutting(10, 1, **sizes, **times, peak_mb=800.0, digest="a"),
        Cutting(10, 2, **sizes, **times, peak_mb=800.0, digest=digest),
        Cutting(1000, 1, **sizes, **times, peak_mb=peak, digest=""),
    ]


def test_the_peak_may_hardly_grow():
    growth, _ = windows.bounds(cuttings()).items()
    assert growth == (
        "the peak of the memory grows by less than a quarter from 10 to 1,000 "
        "advertisers: +12%",
        True,
    )
    assert list(windows.bounds(cuttings(peak=1000.0)).values()) == [False, True]


def test_two_workers_should_write_the_same():
    assert list(windows.bounds(cuttings(digest="b")).values()) == [True, False]


def test_the_report_has_speed_and_memory():
    environment = {"command": "", "date": "", "versions": "", "hardware": ""}
    text = windows.text(environment, cuttings())
    assert "| 10          |       1 |     9 |      30 |" in text
    assert " 15 |" in text  # samples a CPU second


def test_made_facts_are_those_of_the_seed(tmp_path):
    assert made_facts.write_tables(tmp_path / "a", 30) > 1000
    facts = pd.read_parquet(tmp_path / "a" / "facts")
    assert not facts.duplicated(["advertiser_id", "scenario", "day"]).any()
    assert np.unique(facts["scenario"]).tolist() == [0, 1, 2, 3, 4]
    made_facts.write_tables(tmp_path / "b", 30, seed=0)
    assert pd.read_parquet(tmp_path / "b" / "facts").equals(facts)
