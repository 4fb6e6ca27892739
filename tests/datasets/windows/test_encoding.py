import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

import tfmtl
from tfmtl.datasets import windows
from tfmtl.datasets.checks import TableError

SPEC = windows.WindowSpec(["clicks"], history=4, ahead=1, active_days=None)
MASK = np.array([[False, True, True, True], [True] * 4])
DAYS = np.array([[0, 0, 5, 1], [2, 3, 0, 9]], np.float32)
TRAIN = {
    "history_clicks": DAYS,
    "mask": MASK,
    "scenario": np.array([4, 5]),
    "clicks": np.array([2.0, 6.0], np.float32),
}


def test_unknown_none_and_each_bucket_have_ids_of_their_own():
    discretiser = windows.Discretiser(["history_clicks"], buckets=2)
    discretiser.fit(TRAIN)
    # Half of 1, 2, 3, 5, 9 lie below 3.
    expected = [[0, 1, 3, 2], [2, 3, 1, 3]]
    assert discretiser.encode(TRAIN)["history_clicks"].tolist() == expected
    (feature,) = discretiser.features
    assert (feature.length, feature.vocabulary_size) == (4, 4)


def test_buckets_are_those_of_the_train_part():
    discretiser = windows.Discretiser(["history_clicks"], buckets=4).fit(TRAIN)
    before = discretiser.encode(TRAIN)["history_clicks"]
    later = {**TRAIN, "history_clicks": DAYS * 1000}
    ids = discretiser.encode(later)["history_clicks"]
    assert ids.max() < discretiser.features[0].vocabulary_size
    np.testing.assert_array_equal(
        discretiser.encode(TRAIN)["history_clicks"], before
    )


def test_a_history_without_any_has_no_buckets():
    empty = {**TRAIN, "history_clicks": np.zeros((2, 4), np.float32)}
    discretiser = windows.Discretiser(["history_clicks"]).fit(empty)
    assert discretiser.encode(TRAIN)["history_clicks"].max() == 2
    assert discretiser.features[0].vocabulary_size == 3


def test_a_discretiser_is_fitted_first():
    discretiser = windows.Discretiser(["history_clicks"])
    with pytest.raises(ValueError, match="fitted first"):
        discretiser.encode(TRAIN)
    with pytest.raises(ValueError, match="one bucket or more.*buckets=0"):
        windows.Discretiser(["history_clicks"], buckets=0)


def test_encoded_samples_feed_a_model_and_an_unseen_scenario_is_id_0():
    table = pd.DataFrame({"scenario": [4, 5, 6], "reach": [1.0, 3.0, 2.0]})
    train = windows.join(TRAIN, table, "scenario")
    encoder = windows.SampleEncoder(SPEC, ["scenario"], ["reach"], buckets=2)
    encoder.fit(train)
    model = tfmtl.models.M2M(
        encoder.features,
        windows.count_tasks(train, SPEC),
        scenario_features=encoder.scenario_features,
        expert_units=(4,),
        scenario_units=2,
        task_dim=2,
    )
    new = windows.join({**TRAIN, "scenario": [6, 6]}, table, "scenario")
    columns = encoder.encode(new)
    assert columns["scenario"].tolist() == [0, 0]
    assert (columns["reach"] > 0).all()  # more than the mean of logarithms
    inputs = {name: tf.constant(column) for name, column in columns.items()}
    assert (model(inputs)["clicks"].numpy() > 0).all()


def test_a_table_to_join_names_every_value_once():
    table = pd.DataFrame({"scenario": [4, 5, 4], "reach": [1.0, 3.0, 2.0]})
    with pytest.raises(TableError, match="every value once.*row=2, value=4"):
        windows.join(TRAIN, table, "scenario", "s.csv")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"scenario": ["4"]}, "'scenario' must hold whole numbers.*value='4'"),
        ({"scenario": [4.0]}, "'scenario' must hold whole numbers.*value=4.0"),
        ({"clicks": [9.0]}, r"not have columns of the samples.*\['clicks'\]"),
    ],
)
def test_a_table_to_join_neither_misses_the_key_nor_replaces_a_column(
    columns, message
):
    table = pd.DataFrame({"scenario": [4], "reach": [1.0]}).assign(**columns)
    with pytest.raises(TableError, match=message):
        windows.join(TRAIN, table, "scenario", "s.csv")


def test_what_a_table_does_not_know_is_missing():
    table = pd.DataFrame({"scenario": [4], "reach": [1.0], "name": ["a"]})
    joined = windows.join(TRAIN, table, "scenario")
    np.testing.assert_array_equal(joined["reach"], [1.0, np.nan])
    assert joined["name"][0] == "a" and pd.isna(joined["name"][1])


def test_label_scales_are_means_of_the_train_part():
    (task,) = windows.count_tasks(TRAIN, SPEC)
    assert (task.name, task.label_scale) == ("clicks", 4.0)
    assert windows.labels(TRAIN, SPEC)["clicks"].tolist() == [[2.0], [6.0]]


def test_a_task_that_is_all_zero_is_refused():
    train = {**TRAIN, "clicks": np.zeros(2)}
    message = "'clicks' should be above 0.*clicks=0 in all 2 samples"
    with pytest.raises(ValueError, match=message):
        windows.count_tasks(train, SPEC)


def test_naive_forecasts_are_last_week_and_the_mean_of_four():
    spec = windows.WindowSpec(["clicks"], history=8, ahead=2)
    days = np.array([[1, 0, 0, 3, 0, 0, 4, 2]], np.float32)
    naive = windows.naive_forecasts({"history_clicks": days}, spec)
    assert naive["last week"]["clicks"].tolist() == [6]
    assert naive["mean of four weeks"]["clicks"].tolist() == [2.5]
    assert naive["last week"]["active_days"].tolist() == [2]
    assert naive["mean of four weeks"]["active_days"].tolist() == [1]


def test_a_mean_of_four_weeks_needs_four_weeks():
    spec = windows.WindowSpec(["clicks"], history=7, ahead=2)
    with pytest.raises(ValueError, match="at least 8 days.*history=7"):
        windows.naive_forecasts({}, spec)


def test_reports_of_parts_add_up():
    report = windows.SampleReport.of(TRAIN, SPEC)
    assert report == windows.SampleReport(2, 1, {4: 1, 5: 1}, {"clicks": 8.0})
    assert (report + report).by_scenario == {4: 2, 5: 2}
    assert (report + report).label_sums == {"clicks": 16.0}
