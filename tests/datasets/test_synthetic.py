import numpy as np
import pytest
from scipy import stats

from tfmtl.datasets import ali_ccp_schema
from tfmtl.datasets import synthetic
from tfmtl.tasks import BinaryTask

ROWS = 20_000


@pytest.fixture(scope="module")
def path():
    return synthetic.conversion_path(ROWS, rates=(0.4, 0.1, 0.02))


def rank_auc(labels, scores):
    """The Mann-Whitney statistic by way of SciPy's ranks."""
    positive = labels.ravel() > 0
    ranks = stats.rankdata(scores.ravel())[positive]
    count = positive.sum()
    wins = ranks.sum() - count * (count + 1) / 2
    return wins / (count * (len(positive) - count))


def test_the_rates_hold_exactly_in_the_mean_probability(path):
    means = [p.mean() for p in path.probabilities.values()]
    np.testing.assert_allclose(means, [0.4, 0.1, 0.02], rtol=1e-6)


def test_labels_are_drawn_with_the_true_probabilities(path):
    for name, chance in path.probabilities.items():
        deviation = np.sqrt((chance * (1 - chance)).sum())
        excess = path.y[name].sum() - chance.sum()
        assert abs(excess) < 4 * deviation


def test_the_true_probabilities_are_calibrated(path):
    chance = path.probabilities["step_1"][:, 0]
    for tenth in np.array_split(np.argsort(chance), 10):
        observed = path.y["step_1"][tenth].mean()
        assert observed == pytest.approx(chance[tenth].mean(), abs=0.04)


def test_nobody_takes_a_step_without_the_one_before(path):
    first, second, third = path.y.values()
    assert (first >= second).all() and (second >= third).all()


def test_the_tasks_are_a_path(path):
    assert [task.parent for task in path.tasks] == [None, "step_1", "step_2"]
    assert [task.name for task in path.tasks] == list(path.y)


def test_the_arrays_are_what_fit_takes(path):
    assert all(ids.shape == (ROWS,) for ids in path.x.values())
    assert all(ids.dtype == np.int32 for ids in path.x.values())
    assert all(label.shape == (ROWS, 1) for label in path.y.values())
    assert all(label.dtype == np.float32 for label in path.y.values())


def test_ids_are_known_and_within_the_vocabulary(path):
    for feature in path.features:
        ids = path.x[feature.name]
        assert ids.min() == 1
        assert ids.max() < feature.vocabulary_size


def test_ids_follow_zipf():
    path = synthetic.conversion_path(
        ROWS, steps=1, vocabulary_sizes=(4,), zipf_exponent=1.0
    )
    counts = np.bincount(path.x["field_1"], minlength=4)
    # 1, 1/2 and 1/3 are 6, 3 and 2 of 11.
    np.testing.assert_allclose(
        counts / ROWS, [0, 6 / 11, 3 / 11, 2 / 11], atol=0.015
    )


def test_bayes_auc_is_the_rank_statistic_of_the_true_probabilities(path):
    for name, auc in path.bayes_auc().items():
        expected = rank_auc(path.y[name], path.probabilities[name])
        assert auc == pytest.approx(expected, abs=1e-12)


def test_bayes_auc_counts_ties_one_half():
    column = np.array([[0.1], [0.5], [0.5], [0.9]])
    tied = synthetic.SyntheticPath(
        features=[],
        tasks=[],
        x={},
        y={"click": np.array([[0.0], [0.0], [1.0], [1.0]])},
        probabilities={"click": column},
    )
    # Of four pairs three are won and one is tied.
    assert tied.bayes_auc() == {"click": 3.5 / 4}


def test_bayes_auc_of_one_class_is_nan(path):
    none = path.split((0.999, 0.001))[1]
    none.y["step_3"][:] = 0
    assert np.isnan(none.bayes_auc()["step_3"])


def test_without_a_signal_nothing_can_be_told():
    path = synthetic.conversion_path(ROWS, steps=1, signal=0.0)
    assert path.bayes_auc()["step_1"] == 0.5


def test_later_steps_have_much_in_common_with_the_first(path):
    first, _, last = path.probabilities.values()
    common = stats.spearmanr(first, last).statistic
    alone = synthetic.conversion_path(
        ROWS, rates=(0.4, 0.1, 0.02), own_share=1.0
    )
    first, _, last = alone.probabilities.values()
    assert common > 0.8 > stats.spearmanr(first, last).statistic


def test_a_seed_gives_the_same_rows_again(path):
    again = synthetic.conversion_path(ROWS, rates=(0.4, 0.1, 0.02))
    assert path.frame.equals(again.frame)


def test_seeds_give_different_rows(path):
    other = synthetic.conversion_path(ROWS, rates=(0.4, 0.1, 0.02), seed=1)
    assert not path.frame.equals(other.frame)


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_makes_any_number_of_steps(steps):
    path = synthetic.conversion_path(100, steps)
    assert len(path.tasks) == len(path.y) == steps


def test_the_frame_has_features_and_labels_as_whole_numbers(path):
    assert list(path.frame.columns) == [*path.x, *path.y]
    assert {dtype.kind for dtype in path.frame.dtypes} == {"i"}
    assert len(path) == len(path.frame) == ROWS


def test_a_split_deals_out_every_row_once(path):
    parts = path.split((0.7, 0.2, 0.1), seed=3)
    assert [len(part) for part in parts] == [14_000, 4_000, 2_000]
    chances = [part.probabilities["step_3"] for part in parts]
    np.testing.assert_array_equal(
        np.sort(np.concatenate(chances), axis=0),
        np.sort(path.probabilities["step_3"], axis=0),
    )


def test_a_split_keeps_rows_whole():
    rows = np.arange(10)
    column = rows[:, np.newaxis]
    numbered = synthetic.SyntheticPath(
        features=[],
        tasks=[BinaryTask("click")],
        x={"id": rows},
        y={"click": column},
        probabilities={"click": column / 10},
    )
    for part in numbered.split((0.5, 0.5)):
        assert len(part) == 5
        ids = part.x["id"]
        np.testing.assert_array_equal(part.y["click"][:, 0], ids)
        np.testing.assert_array_equal(
            part.probabilities["click"][:, 0], ids / 10
        )


@pytest.mark.parametrize("fractions", [(0.5, 0.4), (1.2, -0.2), (1.0, 0.0)])
def test_fractions_that_are_not_shares_are_refused(path, fractions):
    with pytest.raises(ValueError, match="add up to 1.*fractions="):
        path.split(fractions)


@pytest.mark.parametrize(
    "rates", [(0.3, 0.1), (0.3, 0.1, 0.2), (1.0, 0.1, 0.01), (0.3, 0.1, 0.0)]
)
def test_rates_that_do_not_fall_step_by_step_are_refused(rates):
    with pytest.raises(ValueError, match="one number a step.*steps=3"):
        synthetic.conversion_path(100, rates=rates)


@pytest.mark.parametrize(
    "options",
    [
        {"rows": 0},
        {"rows": 10, "vocabulary_sizes": ()},
        {"rows": 10, "vocabulary_sizes": (5, 1)},
        {"rows": 10, "own_share": 1.5},
    ],
)
def test_impossible_options_are_refused(options):
    with pytest.raises(ValueError, match="at least one row.*Received: rows="):
        synthetic.conversion_path(**options)


def test_the_shape_of_ali_ccp():
    path = synthetic.ali_ccp_shape(ROWS)
    sizes = {f.name: f.vocabulary_size for f in path.features}
    assert sizes == ali_ccp_schema.VOCABULARY_SIZES
    assert list(sizes)[:2] == ["101", "121"] and list(sizes)[-1] == "301"
    click, purchase = path.probabilities.values()
    assert click.mean() == pytest.approx(0.039)
    assert purchase.mean() == pytest.approx(0.0002)
    assert (path.y["click"] >= path.y["purchase"]).all()
