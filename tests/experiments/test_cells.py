import itertools

import numpy as np
import pytest

import tfmtl
from tfmtl.experiments import cells
from tfmtl.experiments import summarise
from tfmtl.experiments import tables
from tfmtl.experiments.data import Data
from tfmtl.experiments.part import Part
from tfmtl.experiments.run import Run

TASKS = [tfmtl.CountTask("clicks"), tfmtl.CountTask("sales")]
GROUPS = {
    "large": np.array([True, True, False]),
    "small": np.array([False, False, True]),
}
PART = Part(
    {},
    {
        "clicks": np.array([[4.0], [0.0], [2.0]], np.float32),
        "sales": np.array([[10.0], [10.0], [0.0]], np.float32),
    },
)
PREDICTIONS = {
    "clicks": np.array([[2.0], [0.25], [2.0]], np.float32),
    "sales": np.array([[5.0], [15.0], [0.25]], np.float32),
}


@pytest.fixture(scope="module")
def scores():
    return cells.scores(TASKS, PART, PREDICTIONS, GROUPS)


def test_a_task_is_judged_in_each_group_alone(scores):
    # (2 + 0.25) / 4; 10 / 20; and 0 / 2.
    assert scores["clicks@large_nmae"] == pytest.approx(0.5625)
    assert scores["sales@large_nmae"] == pytest.approx(0.5)
    assert scores["clicks@small_nmae"] == 0


def test_a_cell_without_a_value_is_left_out_of_the_means_too(scores):
    assert "sales@small_nmae" not in scores
    assert scores["sales@all_nmae"] == scores["sales@large_nmae"]
    assert scores["all tasks@small_nmae"] == 0
    mean = (0.5625 + 0.5 + 0) / 3
    assert scores["all tasks@all_nmae"] == pytest.approx(mean)


def test_small_predictions_count_as_none_in_one_error_and_not_in_the_other(
    scores,
):
    # 2 / 3 and 0, or 2 / 3 and 0.25 / 0.125.
    assert scores["clicks@large_smape"] == pytest.approx(1 / 3)
    assert scores["clicks@large_smape_raw"] == pytest.approx(4 / 3)
    assert scores["sales@small_smape"] == 0


def test_refuses_predictions_that_are_no_numbers_by_task_and_group():
    wrong = {**PREDICTIONS, "sales": np.array([[5.0], [np.nan], [0.25]])}
    with pytest.raises(ValueError, match="'sales' in group 'large'.*1 of 2"):
        cells.scores(TASKS, PART, wrong, GROUPS)


def test_data_with_groups_have_the_metrics_of_cells():
    data = Data([], TASKS, PART, PART, PART, "a few", groups=GROUPS)
    assert data.metric_names == ["nmae", "smape", "smape_raw", "explained"]
    assert data.summary()["groups"] == {"large": 2, "small": 1}
    assert data.summary()["chosen_by"] == "the sum of the tasks' losses"
    known = data.test_scores(PREDICTIONS)
    assert known["clicks@small_nmae"] == 0
    assert known["clicks_nmae"] == pytest.approx(2.25 / 6)


CONFIG = {
    "title": "Stubs",
    "models": [
        {"name": "last week", "model": "Naive"},
        {"name": "CGC", "model": "CGC"},
        {"name": "M2M", "model": "M2M"},
    ],
    "baselines": ["last week", "CGC"],
    "seeds": [0, 1],
    "metrics": ["nmae"],
    "settings": {
        "batch_size": 256,
        "learning_rates": [0.002],
        "epochs": 9,
        "patience": 3,
    },
}
DESCRIPTION = {
    "config": CONFIG,
    "data": {
        "description": "made up",
        "chosen_by": "the sum of the tasks' losses",
        "tasks": ["clicks", "sales"],
        "rows": {"test": 3},
        "positives": {"test": {"clicks": 6, "sales": 20}},
        "groups": {"large": 2, "small": 1},
    },
    "environment": {
        "command": "run ours",
        "date": "2026-01-01",
        "versions": "Python 3.10",
        "hardware": "two cores",
    },
}
VALUES = {
    "last week": (0.5, 0.5),
    "CGC": (0.7, 0.7),
    "M2M": (0.4, 0.6),
}


def run(model, seed):
    value = VALUES[model][seed]
    metrics = {
        "clicks_nmae": value,
        "clicks@large_nmae": value,
        "sales@large_nmae": 1 - value,
        "clicks@small_nmae": value,
        "all tasks@large_nmae": 0.5,
        "all tasks@small_nmae": value,
        "all tasks@all_nmae": value,
    }
    best = {"all tasks@all_nmae": 0.25}
    if seed == 0:
        metrics["sales@small_nmae"] = 9.0
    return Run(
        model=model,
        seed=seed,
        data="made up",
        metrics={"dev": {}, "test": metrics},
        history={},
        learning_rate=0.0,
        options={},
        seconds=1.0,
        cpu_seconds=1.0,
        pictures={},
        best=best,
    )


@pytest.fixture(scope="module")
def text():
    runs = [run(model, seed) for model in VALUES for seed in (0, 1)]
    return tables.to_markdown(DESCRIPTION, summarise(CONFIG, runs))


def rows(text, head):
    """Returns the cells of the table below a sentence, its head first."""
    lines = text[text.index(head) :].splitlines()[2:]
    lines = itertools.takewhile(bool, lines)
    table = [[c.strip() for c in line[1:-1].split("|")] for line in lines]
    return [table[0], *table[2:]]


def test_columns_are_cells_that_all_runs_have():
    runs = [run(model, seed) for model in VALUES for seed in (0, 1)]
    columns = summarise(CONFIG, runs).columns
    assert "clicks_nmae" not in columns
    assert "sales@small_nmae" not in columns
    assert len(columns) == 6


def test_a_table_has_a_row_for_each_cell_and_names_the_best(text):
    table = rows(text, "All cells: nmae")
    head, first = table[:2]
    assert head == ["group", "task", *VALUES, "best", "the true rates"]
    assert first[:3] == ["large", "clicks", "0.5000 ± 0.0000"]
    assert first[5] == "last week"


def test_a_cell_that_is_not_defined_says_so_and_is_counted(text):
    table = rows(text, "All cells: nmae")
    cell = next(row for row in table if row[:2] == ["small", "sales"])
    assert cell[2] == "not defined"
    assert rows(text, "Cells, a task in a group")[-1] == [
        "nmae",
        "2",
        "1",
        "0",
        "1",
    ]


def test_where_a_forecast_without_a_model_is_as_good_is_said(text):
    table = rows(text, "Cells in which a model does not beat")
    assert table[1:] == [
        ["CGC", "nmae", "2 of 3", "clicks@large, clicks@small"],
        ["M2M", "nmae", "3 of 3", "clicks@large, sales@large, clicks@small"],
    ]


def test_differences_come_with_their_standard_error(text):
    assert "M2M less each other: nmae" in text
    table = rows(text, "M2M less each other")
    # -0.3 and -0.1 against CGC: mean -0.2, standard error 0.1.
    assert table[-1] == ["all", "+0.0000 ± 0.1000", "-0.2000 ± 0.1000 better"]


def test_the_header_says_by_what_models_were_chosen(text):
    assert "by the sum of the tasks' losses" in " ".join(text.split())
