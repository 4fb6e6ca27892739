import math

import pytest

from pipeline.components.thresholds import Thresholds
from tfmtl.tasks import BinaryTask

TASKS = [BinaryTask("click"), BinaryTask("buy", parent="click")]
TEXT = """{"click": {"auc": {"min": 0.7, "max_drop": 0.01},
                     "log_loss": {"max": 0.4, "max_rise": 0.02}}}"""


@pytest.fixture
def thresholds():
    return Thresholds.parse(TEXT, TASKS, "bounds.json")


def metrics(auc, log_loss):
    return {"click": {"auc": auc, "log_loss": log_loss}}


def test_passes_a_model_on_its_bounds(thresholds):
    assert thresholds.failures(metrics(0.7, 0.4)) == []


def test_says_which_absolute_bounds_are_broken(thresholds):
    assert thresholds.failures(metrics(0.65, 0.5)) == [
        "click auc 0.65 is below min 0.7",
        "click log_loss 0.5 is above max 0.4",
    ]


def test_compares_with_the_last_model(thresholds):
    assert thresholds.failures(metrics(0.75, 0.36), metrics(0.8, 0.3)) == [
        "click auc 0.75 is 0.05 below the 0.8 of the last blessed model, "
        "more than max_drop 0.01",
        "click log_loss 0.36 is 0.06 above the 0.3 of the last blessed model, "
        "more than max_rise 0.02",
    ]


def test_does_not_compare_without_or_with_another_sort_of_last_model(
    thresholds,
):
    assert thresholds.failures(metrics(0.75, 0.36), {}) == []
    broken = metrics(math.nan, math.nan)
    assert thresholds.failures(metrics(0.75, 0.36), broken) == []


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_fails_what_cannot_be_computed(value, thresholds):
    [reason] = thresholds.failures(metrics(value, 0.3))
    assert "click auc cannot be computed" in reason


@pytest.mark.parametrize(
    "text, message",
    [
        ("{}", r"should name a task; expected.*\['click', 'buy'\]"),
        ("[]", "should name a task"),
        ('{"clik": {"auc": {"min": 0}}}', "Unknown task.*Did you mean 'click'"),
        ('{"click": {}}', "should name a metric under 'click'"),
        ('{"click": {"acu": {"min": 0}}}', "Unknown metric.*mean 'auc'.*'acu'"),
        ('{"click": {"auc": {}}}', "should name a bound under 'click.auc'"),
        ('{"click": {"auc": {"mim": 0}}}', "Unknown bound.*'min'.*'mim'"),
        ('{"click": {"auc": 0.7}}', "should name a bound.*Received: 0.7"),
        ('{"click": {"auc": {"min": "0.7"}}}', "'click.auc.min'.*'0.7'"),
        ('{"click": {"auc": {"min": true}}}', "'click.auc.min'.*True"),
        ('{"click": {"auc": {"min": NaN}}}', "'click.auc.min'.*nan"),
        (
            '{"click": {"auc": {"min": 0.7, "min": 0.1}}}',
            "every key once.*more than once: 'min'",
        ),
        ('{"click": {"auc[kind=A]": {"min": 0}}}', "Unknown metric.*kind=A"),
        ('{"click": {"auc": {"min[kind=A]": 0}}}', "Unknown bound.*kind=A"),
        ('{"click": \n}', "should be JSON; mend line 2, column 1"),
    ],
)
def test_names_file_and_key_of_what_is_wrong(text, message):
    with pytest.raises(ValueError, match=f"bounds.json: .*{message}"):
        Thresholds.parse(text, TASKS, "bounds.json")


def test_a_slice_may_have_bounds_of_its_own():
    text = '{"click[kind=A]": {"auc": {"min": 0.6, "max_drop": 0.1}}}'
    thresholds = Thresholds.parse(text, TASKS, "bounds.json", ["kind"])
    whole = metrics(0.5, 0.5)
    good = {**whole, "click[kind=A]": {"auc": 0.7}}
    assert thresholds.failures(good, good) == []
    bad = {**whole, "click[kind=A]": {"auc": 0.55}}
    assert thresholds.failures(bad, good) == [
        "click[kind=A] auc 0.55 is below min 0.6",
        "click[kind=A] auc 0.55 is 0.15 below the 0.7 of the last blessed "
        "model, more than max_drop 0.1",
    ]
    assert thresholds.failures(whole) == [
        "click[kind=A] has no rows to be judged by"
    ]


def test_a_slice_of_a_task_that_is_not_there_is_refused():
    text = '{"clack[kind=A]": {"auc": {"min": 0.6}}}'
    with pytest.raises(ValueError, match="Did you mean 'click'.*clack.kind=A"):
        Thresholds.parse(text, TASKS, "bounds.json")


@pytest.mark.parametrize("name", ["click[knid=A]", "click[]", "click[kind]"])
def test_a_slice_of_a_column_that_has_none_is_refused(name):
    text = f'{{"{name}": {{"auc": {{"min": 0.6}}}}}}'
    with pytest.raises(ValueError, match=r"one of the columns \['kind'\]"):
        Thresholds.parse(text, TASKS, "bounds.json", ["kind"])
