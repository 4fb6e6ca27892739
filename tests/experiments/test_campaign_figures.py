import pytest
from scipy import stats

from tfmtl.experiments import figures
from tfmtl.experiments.report.campaign_sections import campaign_sections


def run(model, seed, **pictures):
    return {"model": model, "seed": seed, "pictures": pictures}


PLANE = {
    "points": [[0.0, 1.0], [2.0, 3.0], [1.0, 1.0]],
    "groups": ["tea", "ham", "tea"],
}
RUNS = [
    run("MLP", 0, convergence={"auc": [0.5, 0.6], "loss": [0.7, 0.6]}),
    run("MLP", 1, convergence={"auc": [0.7, 0.8], "loss": [0.5, 0.4]}),
    run("LR", 0),
    run(
        "MetaHeac",
        0,
        representations=PLANE,
        critics={"tea 1": [0.9, 0.1], "ham 1": [0.4, 0.6]},
    ),
]


def test_curves_are_means_over_the_seeds():
    auc, loss = figures.convergence(RUNS).axes
    assert auc.lines[0].get_xdata().tolist() == [1, 2]
    assert auc.lines[0].get_ydata() == pytest.approx([0.6, 0.7])
    assert loss.lines[0].get_ydata() == pytest.approx([0.6, 0.5])
    assert len(auc.lines) == len(loss.lines) == 1


def test_campaigns_of_a_kind_have_one_colour():
    (panel,) = figures.representations(RUNS).axes
    sizes = {
        dots.get_label(): len(dots.get_offsets()) for dots in panel.collections
    }
    assert sizes == {"tea": 2, "ham": 1}


def test_kinds_beyond_the_colours_are_grey():
    groups = [f"kind {number}" for number in range(7)]
    plane = {"points": [[0.0, 0.0]] * 8, "groups": [*groups, "kind 6"]}
    drawn = figures.representations([run("A", 0, representations=plane)])
    sizes = {
        dots.get_label(): len(dots.get_offsets())
        for dots in drawn.axes[0].collections
    }
    assert sizes["others"] == 2 and sizes["kind 6"] == 2


def test_critics_are_rows_and_campaigns_columns():
    (panel,) = figures.critic_weights(RUNS).axes
    cells = panel.images[0].get_array().data
    assert cells.tolist() == [[0.9, 0.4], [0.1, 0.6]]


def test_the_best_model_is_held_against_the_others_over_the_campaigns():
    aucs = {"A": [(0.6, 0.8), (0.8, 0.8), (0.9, 0.9)], "B": [(0.5,) * 2] * 3}
    runs = [
        run(
            model, seed, campaigns={"xyz"[n]: v[seed] for n, v in enumerate(of)}
        )
        for model, of in aucs.items()
        for seed in (0, 1)
    ]
    (section,) = campaign_sections(runs)
    # Of 0.7, 0.8 and 0.9 less 0.5 the mean is 0.3, the standard error
    # 0.1 / sqrt(3), so t is 5.196 with two degrees of freedom.
    p = 2 * stats.t.sf(5.19615, 2)
    for cell in ("A less it", "+0.3000", "3 of 3", f"{p:.4f}"):
        assert f">{cell}<" in section.body


def test_a_report_has_the_sections_that_there_are_pictures_of():
    anchors = [section.anchor for section in campaign_sections(RUNS)]
    assert anchors == ["convergence", "representations", "critics"]
    assert [s.anchor for s in campaign_sections(RUNS[:3])] == ["convergence"]
    assert campaign_sections([run("LR", 0)]) == []
