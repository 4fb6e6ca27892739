import math

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from tfmtl.metrics import AUC


def auc(labels, predictions, weights=None):
    metric = AUC()
    metric.update_state(labels, predictions, weights)
    return metric.result()


def test_counts_pairs_ranked_right_and_ties_by_half():
    # Pairs (positive, negative): .4 > .1, .4 = .4, .8 > .1, .8 > .4.
    assert auc([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8]) == 3.5 / 4


@pytest.mark.parametrize("weighted", [False, True])
def test_equals_scikit_learn_with_ties_and_weights(weighted):
    draw = np.random.default_rng(0)
    labels = (draw.random(2000) < 0.05).astype(np.float32)
    scores = np.round(draw.random(2000) * 0.5 + labels * 0.1, 2)
    scores = scores.astype(np.float32)
    weights = draw.random(2000).astype(np.float32) if weighted else None
    assert auc(labels, scores, weights) == pytest.approx(
        roc_auc_score(labels, scores, sample_weight=weights), abs=1e-6
    )


def test_is_exact_on_small_scores_of_a_rare_task():
    draw = np.random.default_rng(0)
    labels = (draw.random(50_000) < 0.002).astype(np.float32)
    scores = (1e-4 * np.exp(draw.normal(size=50_000) + labels)).astype("f4")
    assert auc(labels, scores) == pytest.approx(
        roc_auc_score(labels, scores), abs=1e-9
    )


def test_pools_the_batches_instead_of_averaging_over_them():
    metric = AUC()
    metric.update_state([1, 0], [0.2, 0.1])
    metric.update_state([1, 0], [0.9, 0.8])
    # Each batch alone has AUC 1; together 0.2 stands below 0.8.
    assert metric.result() == 3 / 4


def test_rows_of_weight_zero_do_not_count():
    assert auc([1, 0, 1], [0.9, 0.5, 0.1], [1, 1, 0]) == 1.0


@pytest.mark.parametrize("label", [0, 1])
def test_is_nan_for_one_class(label):
    assert math.isnan(auc([label, label], [0.1, 0.2]))


def test_forgets_on_reset():
    metric = AUC()
    metric.update_state([1, 0], [0.1, 0.2])
    metric.reset_state()
    assert math.isnan(metric.result())


def test_is_nan_where_a_prediction_that_counts_is_nan():
    labels, scores = [0, 1, 0, 1], [0.1, math.nan, 0.2, 0.8]
    assert math.isnan(auc(labels, scores))
    assert auc(labels, scores, [1, 0, 1, 1]) == 1.0


@pytest.mark.parametrize("score", [-math.inf, math.inf])
def test_infinite_scores_tie_with_each_other(score):
    assert auc([0, 1, 0, 1], [score] * 4) == 1 / 2


@pytest.mark.parametrize("label", [-1.0, 0.5, 2.0, math.nan])
def test_refuses_labels_that_are_neither_zero_nor_one(label):
    with pytest.raises(ValueError, match=f"0 or 1; .*label={label}"):
        auc([0, 1, label], [0.1, 0.2, 0.3])
    assert auc([0, 1, label], [0.1, 0.2, 0.3], [1, 1, 0]) == 1.0
