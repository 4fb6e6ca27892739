import json

import numpy as np
import pytest

from tfmtl.layers import MLP
from tfmtl.layers import GatedMixture
from tfmtl.layers.sizes import check_flags
from tfmtl.layers.sizes import check_not_negative
from tfmtl.layers.sizes import check_sizes
from tfmtl.layers.sizes import rates_of
from tfmtl.layers.sizes import units_of


def test_widths_of_numpy_can_be_saved():
    units = units_of("units", np.array([8, 4]))
    assert units == (8, 4)
    assert json.dumps(units) == "[8, 4]"


@pytest.mark.parametrize("units", [64, None, "64", 6.5])
def test_one_number_instead_of_a_list_is_refused(units):
    with pytest.raises(ValueError, match=r"`a` should list.*\(64,\) for one"):
        units_of("a", units)


@pytest.mark.parametrize("units", [(8, 0), (-1,), (8.0,), ("8",), (None,)])
def test_widths_that_are_not_positive_and_whole_are_refused(units):
    with pytest.raises(
        ValueError, match="`a` should be positive.*a=.(8|-1|.8|N)"
    ):
        units_of("a", units)


@pytest.mark.parametrize("size", [0, -2, 1.0, None, "3"])
def test_sizes_that_are_not_positive_and_whole_are_refused(size):
    check_sizes(count=1)
    with pytest.raises(ValueError, match=f"`count` should be .*count={size!r}"):
        check_sizes(count=size)


def test_one_dropout_counts_for_all_layers():
    assert rates_of(0.5, (8, 4)) == [0.5, 0.5]
    assert rates_of(np.float32(0.5), (8, 4)) == [0.5, 0.5]
    assert rates_of((0.0, 0.5), (8, 4)) == [0.0, 0.5]


@pytest.mark.parametrize("dropout", [None, "0.1", (0.1,), (0.1, None)])
def test_a_dropout_that_is_not_one_number_or_one_per_layer_is_refused(dropout):
    with pytest.raises(ValueError, match="`dropout` should be one number, or"):
        rates_of(dropout, (8, 4))


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), "1", None])
def test_a_weight_that_is_negative_or_not_finite_is_refused(value):
    check_not_negative(weight=0, rate=np.float32(0.5))
    with pytest.raises(ValueError, match="`weight` should be a number, fin"):
        check_not_negative(weight=value)


def test_layers_name_the_argument():
    with pytest.raises(ValueError, match="`units` should list.*units=64"):
        MLP(64)
    with pytest.raises(ValueError, match="`gate_units` should list"):
        GatedMixture(8)


@pytest.mark.parametrize("flag", ["none", "per_task", 1, None])
def test_a_flag_that_is_neither_true_nor_false_is_refused(flag):
    check_flags(a=True, b=np.bool_(False))
    with pytest.raises(ValueError, match="`b` should be True or False.*b="):
        check_flags(a=True, b=flag)
