import pytest

from tfmtl.experiments import summarise
from tfmtl.experiments import tables
from tfmtl.experiments.run import Run

CONFIG = {
    "title": "Stubs of a test",
    "models": [{"name": "A"}, {"name": "B"}, {"name": "ours"}],
    "baselines": ["A", "B"],
    "seeds": [0, 1, 2],
    "metrics": ["auc"],
    "settings": {
        "batch_size": 512,
        "learning_rates": [0.001, 0.002],
        "epochs": 20,
        "patience": 1,
    },
}
DESCRIPTION = {
    "config": CONFIG,
    "data": {
        "description": "made up",
        "tasks": ["buy"],
        "rows": {"train": 1000, "test": 500},
        "positives": {"train": {"buy": 10}, "test": {"buy": 5}},
    },
    "environment": {
        "command": "python -m tfmtl.experiments run ours",
        "date": "2026-01-01",
        "versions": "Python 3.10",
        "hardware": "two cores",
    },
}
AUCS = {
    "A": [0.70, 0.71, 0.72],
    "B": [0.60, 0.60, 0.60],
    "ours": [0.72, 0.74, 0.73],
}


def run(model, seed, auc, best):
    return Run(
        model=model,
        seed=seed,
        data="tiny",
        metrics={"dev": {}, "test": {"buy_auc": auc, "buy_log_loss": 0.1}},
        history={},
        learning_rate=0.001,
        options={},
        seconds=1.0,
        cpu_seconds=1.0,
        pictures={},
        best=best,
    )


def make_runs(best=()):
    return [
        run(model, seed, auc, dict(best))
        for model, aucs in AUCS.items()
        for seed, auc in enumerate(aucs)
    ]


@pytest.fixture
def text():
    summary = summarise(CONFIG, make_runs({"buy_auc": 0.9}.items()))
    return tables.to_markdown(DESCRIPTION, summary)


def test_a_cell_has_mean_and_deviation(text):
    assert "| A                      | 0.7100 ± 0.0100 |" in text
    assert "| B                      | 0.6000 ± 0.0000 |" in text


def test_a_gain_within_chance_has_no_star(text):
    # Differences .02 .03 .01: mean .02, t = .02 / (.01 / sqrt(3)) = 3.46.
    assert "| ours                   | 0.7300 ± 0.0100 |" in text
    assert "| ours              | +0.0200 (+2.82%), p = 0.074 |" in text


def test_a_star_stands_in_both_tables():
    runs = make_runs()
    runs += [run("ours", 2, 0.7451, {})]  # differences .02 .03 .0251
    text = tables.to_markdown(DESCRIPTION, summarise(CONFIG, runs))
    assert "| 0.7350 ± 0.0133 * |" in text
    assert "p = 0.013 * |" in text


def test_the_best_baseline_is_named(text):
    assert "| the best baseline |                           A |" in text


def test_the_true_probabilities_stand_below_where_they_are_known(text):
    assert "| the true probabilities | 0.9000 ± 0.0000 |" in text
    unknown = tables.to_markdown(DESCRIPTION, summarise(CONFIG, make_runs()))
    assert "the true probabilities" not in unknown


def test_the_header_says_on_what_and_how(text):
    for part in (
        "# Stubs of a test",
        "`python -m tfmtl.experiments run ours`, 2026-01-01; Python 3.10",
        "two cores",
        "Data: made up. train 1,000 rows (10); test 500 rows (5)",
        "absolute numbers of the papers need the papers' data",
        "learning rate 0.001 / 0.002, batches of 512, at most 20 epochs",
        "the point of the grid are chosen on dev",
        "3 seeds (n - 1)",
    ):
        assert part in " ".join(text.split()), part


def test_a_table_of_part_of_the_runs_says_so():
    runs = [each for each in make_runs() if (each.model, each.seed) != ("B", 1)]
    summary = summarise(CONFIG, runs)
    assert summary.seeds == (0, 2)
    assert summary.values["buy_auc"]["A"] == [0.70, 0.72]
    assert "3 runs are missing" in tables.to_markdown(DESCRIPTION, summary)


def test_less_than_two_seeds_make_no_table():
    runs = [each for each in make_runs() if each.seed == 0]
    with pytest.raises(ValueError, match="at least 2 seeds.*3 of 9"):
        summarise(CONFIG, runs)


def test_other_metrics_are_columns_too():
    config = {**CONFIG, "metrics": ["auc", "log_loss"]}
    summary = summarise(config, make_runs())
    assert summary.columns == ("buy_auc", "buy_log_loss")


def test_a_metric_that_no_task_has_is_refused():
    with pytest.raises(ValueError, match="'ndcg'"):
        summarise({**CONFIG, "metrics": ["ndcg"]}, make_runs())
