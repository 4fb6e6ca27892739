import math

import numpy as np
import pytest

from pipeline.components import metrics_table as module
from pipeline.components.metrics_table import by_slice
from pipeline.components.metrics_table import metrics_table
from pipeline.components.metrics_table import overall
from pipeline.components.scores import Scores
from tfmtl.tasks import BinaryTask

LABELS = np.array([0, 1, 0, 1], np.float32)
PREDICTIONS = np.array([0.1, 0.4, 0.4, 0.8], np.float32)


def scores(**changes):
    return Scores(
        **{
            "labels": {"click": LABELS},
            "slices": {},
            "predictions": {"candidate": {"click": PREDICTIONS}},
            **changes,
        }
    )


def test_computes_exact_metrics_of_all_rows():
    [record] = metrics_table(scores(), [BinaryTask("click")])
    assert (record["rows"], record["positives"]) == (4, 2)
    assert record["auc"] == 0.875  # three pairs won, one tied, of four
    expected = -np.log([0.9, 0.4, 0.6, 0.8]).mean()
    assert record["log_loss"] == pytest.approx(expected)


def test_computes_them_for_every_value_of_a_slice_column():
    kinds = {"kind": np.array([b"A", b"B", b"B", b"A"], object)}
    table = metrics_table(scores(slices=kinds), [BinaryTask("click")])
    aucs = {record["slice"]: record["auc"] for record in table}
    assert aucs == {"": 0.875, "kind=A": 1.0, "kind=B": 0.5}


def test_computes_them_for_the_last_model_where_it_has_the_task():
    predictions = {
        "candidate": {"click": PREDICTIONS, "buy": PREDICTIONS},
        "baseline": {"click": 1 - PREDICTIONS},
    }
    both = scores(
        labels={"click": LABELS, "buy": LABELS}, predictions=predictions
    )
    table = metrics_table(both, [BinaryTask("click"), BinaryTask("buy")])
    assert set(overall(table, "candidate")) == {"click", "buy"}
    assert overall(table, "baseline")["click"]["auc"] == 0.125
    assert set(overall(table, "baseline")) == {"click"}


def test_counts_only_the_rows_of_the_sample_space():
    labels = {"click": LABELS, "buy": np.array([0, 1, 0, 0], np.float32)}
    predictions = {"candidate": {"click": PREDICTIONS, "buy": PREDICTIONS}}
    tasks = [BinaryTask("click"), BinaryTask("buy", sample_space="click")]
    table = metrics_table(scores(labels=labels, predictions=predictions), tasks)
    record = overall(table, "candidate")["buy"]
    assert (record["rows"], record["positives"]) == (2, 1)
    assert record["auc"] == 0.0


def test_is_nan_where_a_prediction_is():
    broken = PREDICTIONS.copy()
    broken[1] = np.nan
    predictions = {"candidate": {"click": broken}}
    [record] = metrics_table(
        scores(predictions=predictions), [BinaryTask("click")]
    )
    assert math.isnan(record["auc"])
    assert math.isnan(record["log_loss"])


def test_refuses_to_slice_by_a_column_of_ids(monkeypatch):
    monkeypatch.setattr(module, "MAX_SLICES", 3)
    ids = {"user": np.arange(4)}
    with pytest.raises(ValueError, match="at most 3 values.*4 .* of 'user'"):
        metrics_table(scores(slices=ids), [BinaryTask("click")])


def test_names_the_records_of_slices_as_thresholds_do():
    kinds = {"kind": np.array([b"A", b"B", b"B", b"A"], object)}
    table = metrics_table(scores(slices=kinds), [BinaryTask("click")])
    aucs = {k: v["auc"] for k, v in by_slice(table, "candidate").items()}
    assert aucs == {"click": 0.875, "click[kind=A]": 1.0, "click[kind=B]": 0.5}
    assert by_slice(table, "baseline") == {}
