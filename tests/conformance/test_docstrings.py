"""Every example in a docstring runs and shows what it says."""

import doctest
import importlib
import pkgutil

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfmtl

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(tfmtl.__path__, "tfmtl.")
    if not module.ispkg
)


def examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    for name in MODULES:
        for test in finder.find(importlib.import_module(name), name):
            if test.examples:
                yield pytest.param(test, id=test.name)


def small_model():
    """Returns what an example means by `model`."""
    features = [tfmtl.CategoricalFeature("user", 10, embedding_dim=2)]
    return tfmtl.models.SharedBottom(features, [tfmtl.BinaryTask("click")])


@pytest.mark.parametrize("test", examples())
def test_example_runs_and_shows_what_it_says(test):
    # Examples write public names in full; a module's own globals stay.
    test.globs.update(
        tfmtl=tfmtl, keras=keras, np=np, tf=tf, model=small_model()
    )
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    report = []
    runner = doctest.DocTestRunner(optionflags=flags, verbose=False)
    runner.run(test, out=report.append, clear_globs=False)
    assert runner.failures == 0, "".join(report)
