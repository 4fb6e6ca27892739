import importlib
import sys

import numpy as np
import pytest

from tfmtl.experiments import figures
from tfmtl.experiments.figures import panels


def run(model="PIMM", seed=0, auc=None, history=None, **pictures):
    """Returns the record of a run, by hand."""
    test = {} if auc is None else {"buy_auc": auc}
    return {
        "model": model,
        "seed": seed,
        "metrics": {"test": test},
        "history": history or {},
        "pictures": pictures,
    }


def curve(*values, model="PIMM", seed=0):
    return run(model, seed, history={"val_buy_auc": list(values)})


def bins(predicted, observed, count):
    one = {"predicted": predicted, "observed": observed, "count": count}
    return {"buy": one}


def titles(figure):
    return [axes.get_title(loc="left") for axes in figure.axes]


def offsets(axes):
    return np.asarray(axes.collections[-1].get_offsets())


def test_a_learning_curve_is_the_mean_of_the_seeds():
    runs = [curve(0.5, 0.6), curve(0.7, 0.9, seed=1)]
    (axes,) = figures.learning_curves(runs, "val_buy_auc").axes
    np.testing.assert_allclose(axes.lines[0].get_xdata(), [1, 2])
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [0.6, 0.75])


def test_the_band_is_one_sample_deviation_to_either_side():
    runs = [curve(0.5), curve(0.7, seed=1), curve(0.9, seed=2)]
    (axes,) = figures.learning_curves(runs, "val_buy_auc").axes
    heights = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert heights.min() == pytest.approx(0.7 - 0.2)
    assert heights.max() == pytest.approx(0.7 + 0.2)


def test_a_mean_over_fewer_seeds_is_dotted():
    runs = [curve(0.5, 0.6, 0.7), curve(0.7, seed=1)]
    (axes,) = figures.learning_curves(runs, "val_buy_auc").axes
    solid, dotted = axes.lines
    np.testing.assert_allclose(solid.get_ydata(), [0.6])
    np.testing.assert_allclose(dotted.get_ydata(), [0.6, 0.6, 0.7])
    assert dotted.get_linestyle() == ":"


def test_few_models_share_a_panel_and_stand_in_the_legend():
    runs = [curve(0.5, model="_MMoE"), curve(0.6, model="PIMM $x_1$")]
    figure = figures.learning_curves(runs, "val_buy_auc")
    assert len(figure.axes) == 1
    (legend,) = figure.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == [" _MMoE", r"PIMM \$x_1\$"]


def test_many_models_have_a_panel_each():
    names = [f"model {number}" for number in range(6)]
    runs = [curve(number / 10, 0.9, model=n) for number, n in enumerate(names)]
    figure = figures.learning_curves(runs, "val_buy_auc")
    assert titles(figure) == names
    own = [axes.lines[6] for axes in figure.axes]  # after six in grey
    np.testing.assert_allclose(own[3].get_ydata(), [0.3, 0.9])


def test_a_model_without_a_history_has_no_curve():
    runs = [curve(0.5), run("LightGBM")]
    figure = figures.learning_curves(runs, "val_buy_auc")
    assert len(figure.legends[0].get_texts()) == 1


def test_an_epoch_without_a_number_is_a_gap():
    (axes,) = figures.learning_curves(
        [curve(0.5, None, 0.7)], "val_buy_auc"
    ).axes
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [0.5, np.nan, 0.7])


def test_a_calibration_point_is_the_mean_of_a_bin_over_the_seeds():
    runs = [
        run(calibration=bins([0.1, 0.4], [0.0, 0.5], [10, 30])),
        run(seed=1, calibration=bins([0.2, 0.6], [0.2, 0.3], [10, 30])),
    ]
    (axes,) = figures.calibration(runs, "buy").axes
    np.testing.assert_allclose(offsets(axes), [[0.15, 0.1], [0.5, 0.4]])


def test_a_calibration_point_grows_with_the_rows_of_its_bin():
    runs = [run(calibration=bins([0.1, 0.4], [0.0, 0.5], [10, 30]))]
    (axes,) = figures.calibration(runs, "buy").axes
    small, large = axes.collections[-1].get_sizes()
    assert large == pytest.approx(3 * small)
    assert "40 rows\n10 to 30 a bin" in [t.get_text() for t in axes.texts]


def test_a_calibration_bar_is_a_standard_error_that_ends_at_zero():
    runs = [run(calibration=bins([0.5, 0.5], [0.2, 0.01], [100, 25]))]
    (axes,) = figures.calibration(runs, "buy").axes
    first, second = axes.collections[0].get_segments()
    np.testing.assert_allclose(first[:, 1], [0.16, 0.24])
    error = np.sqrt(0.01 * 0.99 / 25)
    np.testing.assert_allclose(second[:, 1], [0.0, 0.01 + error])


def test_means_that_are_no_rates_are_on_plain_axes():
    runs = [run(calibration=bins([-1.0, 3.0], [0.0, 2.0], [5, 5]))]
    (axes,) = figures.calibration(runs, "buy").axes
    assert axes.get_xscale() == "linear"


def test_predictions_that_are_not_numbers_leave_their_model_out():
    nan = float("nan")
    broken = run("broken", calibration=bins([nan], [nan], [5]))
    good = run("good", calibration=bins([0.5], [0.5], [5]))
    assert titles(figures.calibration([broken, good], "buy")) == ["good"]


def test_gates_are_drawn_by_seed_with_their_mean_over_the_tasks():
    gates = {"click": [0.5, 0.5, None], "buy": [0.25, None, 0.75]}
    figure = figures.gate_weights([run(gates=gates), run(seed=4, gates=gates)])
    assert titles(figure) == ["seed 0", "seed 4"]
    cells = figure.axes[0].images[0].get_array().filled(np.nan)
    nan = np.nan
    expected = [[0.5, 0.5, nan], [0.25, nan, 0.75], [0.375, 0.25, 0.375]]
    np.testing.assert_allclose(cells, expected)


def test_an_expert_that_one_task_uses_is_used():
    gates = {"click": [0.01, 0.99], "buy": [0.5, 0.5]}
    assert figures.unused_experts([run(gates=gates)]) == []


def test_an_expert_is_unused_below_a_part_of_an_equal_share():
    # A tenth of an equal share of four is 0.025.
    gates = {"click": [0.03, 0.024, 0.5, 0.446]}
    (unused,) = figures.unused_experts([run("MMoE", 7, gates=gates)])
    assert unused == figures.UnusedExpert("MMoE", 7, 2, 0.024)
    assert len(figures.unused_experts([run(gates=gates)], below=0.2)) == 2


def test_an_expert_of_one_task_alone_can_be_unused():
    gates = {"click": [0.001, None, 0.999], "buy": [None, 0.5, 0.5]}
    (unused,) = figures.unused_experts([run(gates=gates)])
    assert unused.expert == 1


def test_an_attention_map_is_the_mean_over_the_seeds():
    runs = [
        run(attention={"buy": [0.2, 0.8], "map": [[1.0, 0.0], [0.0, 1.0]]}),
        run(seed=1, attention={"buy": [0.4, 0.6], "map": [[0, 1], [0, 1]]}),
    ]
    figure = figures.attention_maps(runs)
    assert titles(figure) == ["map", "weights of 2 inputs"]
    square, flat = (axes.images[0].get_array().data for axes in figure.axes)
    np.testing.assert_allclose(square, [[0.5, 0.5], [0.0, 1.0]])
    np.testing.assert_allclose(flat, [[0.3, 0.7]])


def test_the_curriculum_shows_the_chance_and_what_was_told():
    runs = [
        run(curriculum=[0.5, 0.25], told=[0.52, 0.24]),
        run(seed=1, curriculum=[0.5, 0.25, 0.25], told=[0.48, 0.26, 0.25]),
        run("without draws", curriculum=[0.0]),
    ]
    figure = figures.curriculum(runs)
    first, second = figure.axes
    assert [bar.get_height() for bar in first.patches] == [0.5, 0.25, 0.25]
    told = [line.get_ydata() for line in first.lines]
    assert [list(t) for t in told] == [[0.52, 0.24], [0.48, 0.26, 0.25]]
    assert len(second.patches) == 1


def test_a_difference_is_paired_by_seed():
    runs = [
        run("whole", 0, 0.70),
        run("whole", 1, 0.80),
        run("part", 0, 0.69),
        run("part", 1, 0.76),
        run("part", 2, 0.10),  # the whole has no such seed
    ]
    (axes,) = figures.differences(runs, ["buy_auc"], "whole").axes
    assert axes.patches[0].get_width() == pytest.approx(-0.025)
    deviation = np.std([-0.01, -0.04], ddof=1)
    (whisker,) = axes.collections[0].get_segments()
    np.testing.assert_allclose(
        whisker[:, 0], [-0.025 - deviation, -0.025 + deviation]
    )


def test_a_model_without_a_seed_in_common_has_no_bar():
    runs = [run("whole", 0, 0.7), run("part", 1, 0.6), run("other", 0, 0.9)]
    (axes,) = figures.differences(runs, ["buy_auc"], "whole").axes
    widths = [bar.get_width() for bar in axes.patches]
    np.testing.assert_allclose(widths, [np.nan, 0.2])


def test_differences_refuse_a_reference_that_has_not_run():
    with pytest.raises(ValueError, match="reference='AITM'"):
        figures.differences([run(auc=0.7)], ["buy_auc"], "AITM")


def test_every_run_is_a_dot_and_the_mean_a_mark():
    runs = [run(auc=0.6), run(seed=1, auc=0.8), run(seed=2, auc=None)]
    (axes,) = figures.seeds(runs, ["buy_auc"]).axes
    dots, mark = axes.lines
    np.testing.assert_allclose(dots.get_xdata(), [0.6, 0.8])
    np.testing.assert_allclose(mark.get_xdata(), [0.7])


@pytest.mark.parametrize(
    "draw",
    [
        lambda: figures.learning_curves([run()], "val_buy_auc"),
        lambda: figures.calibration([run()], "buy"),
        lambda: figures.gate_weights([run()]),
        lambda: figures.attention_maps([run()]),
        lambda: figures.curriculum([run()]),
        lambda: figures.seeds([run()], []),
    ],
)
def test_nothing_to_draw_is_refused(draw):
    with pytest.raises(ValueError, match="at least one panel.*count=0"):
        draw()


@pytest.mark.parametrize(
    "name", ["$", "a$b$c", "_", "\\$x$", "{", "^{2}", "a\nb\tc", "", "%s"]
)
def test_any_name_can_be_drawn(name):
    figure = figures.seeds([run(name, auc=0.5)], ["buy_auc"])
    panels.name_panel(figure.axes[0], name)
    assert panels.to_svg(figure).startswith(b"<?xml")


def test_a_long_name_takes_two_lines():
    name = panels.plain("a model of a very long name that never ends", 12)
    assert name.count("\n") == 1
    assert max(map(len, name.split("\n"))) <= 12


def test_a_figure_is_the_same_file_each_time():
    once, again = (
        panels.to_svg(figures.seeds([run(auc=0.5)], ["buy_auc"]))
        for _ in range(2)
    )
    assert once == again


def test_who_lacks_matplotlib_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"tfmtl\[experiments\]"):
        importlib.reload(figures)
