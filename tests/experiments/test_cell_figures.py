import numpy as np
import pytest

from tfmtl.experiments import figures
from tfmtl.experiments.report.cell_sections import cell_sections
from tfmtl.experiments.report.setting_sections import setting_sections


def run(model, seed, **values):
    metrics = {name.replace("__", "@"): value for name, value in values.items()}
    return {"model": model, "seed": seed, "metrics": {"test": metrics}}


RUNS = [
    run("CGC", 0, a__x_nmae=0.5, a__y_nmae=0.7, b__x_nmae=0.1),
    run("CGC", 1, a__x_nmae=0.7, a__y_nmae=0.7, b__x_nmae=0.1),
    run("M2M", 0, a__x_nmae=0.4, a__y_nmae=0.2, b__x_nmae=0.3),
]


def heights(panel):
    return [bar.get_height() for bar in panel.patches]


def test_every_task_has_bars_of_each_model_group_by_group():
    figure = figures.cell_scores(RUNS, ["CGC", "M2M"], "nmae")
    first, second = figure.axes
    assert [panel.get_title(loc="left") for panel in figure.axes] == ["a", "b"]
    np.testing.assert_allclose(heights(first), [0.6, 0.7, 0.4, 0.2])
    # Of b there is nothing in y.
    found = np.array(heights(second))
    np.testing.assert_allclose(found[[0, 2]], [0.1, 0.3])
    assert np.isnan(found[[1, 3]]).all()


def test_runs_without_cells_have_no_such_figure():
    with pytest.raises(ValueError, match="should have cells.*'auc'"):
        figures.cell_scores(RUNS, ["CGC"], "auc")


NAMES = {
    "history 40, depth 3": 0.5,
    "history 10, depth 3": 0.9,
    "history 20, depth 3": 0.7,
    "history 40, depth 1": 0.6,
}
TURNED = [
    {
        "model": name,
        "seed": seed,
        "metrics": {"test": {"all tasks@all_nmae": value + 0.1 * seed}},
    }
    for name, value in NAMES.items()
    for seed in (0, 1)
]


def test_settings_stand_in_the_order_of_their_values():
    figure = figures.sensitivity(TURNED, "all tasks@all_nmae")
    history, depth = figure.axes
    lines = [panel.lines[0].get_ydata() for panel in (history, depth)]
    np.testing.assert_allclose(lines[0].astype(float), [0.95, 0.75, 0.55])
    np.testing.assert_allclose(lines[1].astype(float), [0.65, 0.55])
    ticks = [tick.get_text() for tick in history.get_xticklabels()]
    assert ticks == ["10", "20", "40"]


def test_models_that_are_not_named_by_settings_have_no_curves():
    with pytest.raises(ValueError, match="named by their settings.*'CGC'"):
        figures.sensitivity(RUNS, "a@x_nmae")


def test_cells_have_a_section_where_models_of_theirs_are_shown():
    (section,) = cell_sections(RUNS, ["CGC", "M2M"], ["nmae"])
    assert section.anchor == "cells" and "CGC and M2M" in section.body
    assert not cell_sections(TURNED, [], ["nmae"])


def test_settings_have_a_section_where_all_models_are_named_by_them():
    metrics = ["all tasks@all_nmae"]
    (section,) = setting_sections(TURNED, metrics)
    assert section.anchor == "settings" and section.body.count("<img") == 1
    assert not setting_sections([*TURNED, *RUNS], metrics)
    assert not setting_sections(TURNED[:1], metrics)
