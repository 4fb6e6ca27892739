import base64
import dataclasses
import html.parser
import re

import pytest

from tfmtl.experiments import ResultsFolder
from tfmtl.experiments import outputs
from tfmtl.experiments import report
from tfmtl.experiments import sweep
from tfmtl.experiments.report import remarks
from tfmtl.experiments.report.render import CAVEAT

HOSTILE = '<script>alert("$x_1$")</script>&amp;'
VOID = {"meta", "img", "br", "link", "hr"}


def run(model, seed, auc, **pictures):
    return {
        "model": model,
        "seed": seed,
        "metrics": {"test": {"buy_auc": auc}, "dev": {}},
        "history": {"val_buy_auc": [0.5, auc]} if model != "Trees" else {},
        "learning_rate": 0.001,
        "seconds": 2.25,
        "pictures": pictures,
    }


def results(records, models, seeds=(0, 1), **changes):
    return dataclasses.replace(
        report.Results(
            title="A protocol",
            facts={"data": "planted rows", "command": "run <it>"},
            table=[["model", "buy_auc"], [models[0], "0.7000 ± 0.0100 **"]],
            note="How to read it.",
            records=records,
            models=models,
            seeds=seeds,
            metrics=["buy_auc"],
            reference=models[0],
        ),
        **changes,
    )


class Page(html.parser.HTMLParser):
    """Reads a page, and fails where its tags do not fit together."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes = [], [], []
        self.words = ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data

    def values(self, name):
        return [value for key, value in self.attributes if key == name]


@pytest.fixture(scope="module")
def text():
    bins = {"predicted": [0.1, 0.4], "observed": [0.2, 0.4], "count": [5, 5]}
    records = [
        run("Trees", 0, 0.7, calibration={"buy": bins}),
        run("Trees", 1, float("nan"), calibration={"buy": bins}),
        run(HOSTILE, 0, 0.75, gates={"buy": [0.99, 0.01]}),
        run("PIMM", 1, 0.72, curriculum=[0.5], attention={"buy": [0.3, 0.7]}),
    ]
    gains = [["model", "gain"], [HOSTILE, "+0.05"]]
    return report.render(
        results(records, ["Trees", HOSTILE, "PIMM"], gains=gains)
    )


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_the_report_is_whole_html(page, text):
    assert text.startswith("<!DOCTYPE html>")
    for tag in ("html", "head", "title", "body", "nav", "main", "h1"):
        assert page.tags.count(tag) == 1
    ids = page.values("id")
    assert len(ids) == len(set(ids))


def test_the_contents_lead_to_every_section(page):
    links = [href.removeprefix("#") for href in page.values("href")]
    assert links == page.values("id")
    assert links == [
        "table",
        "models",
        "curves",
        "calibration",
        "gates",
        "attention",
        "curriculum",
        "runs",
    ]


def test_the_report_needs_nothing_beside_it(page, text):
    assert all(href.startswith("#") for href in page.values("href"))
    sources = page.values("src")
    assert all(s.startswith("data:image/svg+xml;base64,") for s in sources)
    for tag in ("script", "link", "iframe", "object"):
        assert tag not in page.tags
    outside = re.sub(r'src="data:[^"]*"', "", text)
    assert not re.search(r"http|url\(|@import", outside)


def test_every_figure_is_drawn_and_described(page):
    figures = [
        base64.b64decode(source.partition(",")[2])
        for source in page.values("src")
    ]
    # Bars, dots, curves, calibration, gates, attention, curriculum.
    assert len(figures) == 7
    assert all(b"<svg" in figure for figure in figures)
    assert all(page.values("alt"))


def test_the_header_says_what_was_run_and_what_it_means(page):
    assert "planted rows" in page.words
    assert "run <it>" in page.words
    assert "papers' own data" in CAVEAT
    assert CAVEAT in page.words


def test_the_tables_are_there(page):
    assert "0.7000 ± 0.0100 **" in page.words
    assert "+0.05" in page.words
    assert "How to read it." in page.words


def test_a_hostile_name_stays_a_name(page, text):
    assert "<script" not in text
    assert HOSTILE in page.words


def test_an_expert_that_nobody_uses_is_named(page):
    assert f"{HOSTILE}, seed 0: nobody uses expert 2" in page.words
    assert "less than 10% of an equal share" in page.words


def test_missing_runs_are_named(page):
    assert f"{HOSTILE}: seed 1" in page.words
    assert "PIMM: seed 0" in page.words
    assert "Trees: seed" not in page.words


def test_a_metric_that_is_not_a_number_is_named(page):
    assert "buy_auc of Trees is not a number for seed 1" in page.words


def test_records_without_pictures_make_a_report():
    records = [run("Trees", 0, 0.7), run("Trees", 1, 0.8)]
    page = Page(report.render(results(records, ["Trees"])))
    assert "All 2 runs of the protocol are here." in page.words
    assert "No run recorded its calibration." in page.words
    assert "No model of this protocol has gates." in page.words
    assert page.tags.count("img") == 1  # the dots


def test_one_run_makes_a_report():
    page = Page(report.render(results([run("PIMM", 0, 0.7)], ["PIMM"], [0])))
    assert page.tags.count("img") == 2  # dot and curve


def test_a_run_that_is_all_nan_makes_a_report():
    record = run("PIMM", 0, float("nan"))
    page = Page(report.render(results([record], ["PIMM"], [0])))
    assert "buy_auc of PIMM is not a number for seed 0" in page.words


def test_no_run_at_all_makes_a_report():
    page = Page(report.render(results([], ["PIMM"])))
    assert "PIMM: seeds 0, 1" in page.words
    assert page.values("id") == ["table"]


def test_the_same_results_make_the_same_file():
    once, again = (
        report.render(results([run("PIMM", 0, 0.7)], ["PIMM"], [0]))
        for _ in range(2)
    )
    assert once == again


def test_models_stand_in_the_order_of_the_protocol():
    records = [run(name, 0, 0.7) for name in ("B", "A")]
    text = report.render(results(records, ["A", "B"], [0]))
    runs = text.partition('id="runs"')[2]
    assert runs.index("<td>A</td>") < runs.index("<td>B</td>")


def test_all_runs_of_a_protocol_are_counted_once():
    records = [{"model": "PIMM", "seed": 0}, {"model": "PIMM", "seed": 1}]
    assert remarks.missing_runs(records, ["PIMM"], [0, 1]) == []


ENVIRONMENT = dict.fromkeys(("command", "date", "versions"), "") | {
    "hardware": "a machine of sorts"
}


def test_a_report_is_written_from_a_folder(protocol, tmp_path):
    folder = ResultsFolder(tmp_path)
    sweep(protocol, folder, ENVIRONMENT)
    path = outputs.write_report(folder)
    assert path == tmp_path / "report.html"
    page = Page(path.read_text("utf-8"))
    assert "train 200, dev 200, test 200" in page.words
    assert "a machine of sorts" in page.words
    assert not list(tmp_path.glob(".report*"))


@pytest.mark.parametrize(
    ("baselines", "reference"), [(("base",), "base"), (("base", "bad"), "good")]
)
def test_bars_are_held_against_the_one_of_its_kind(
    protocol, tmp_path, monkeypatch, baselines, reference
):
    folder = ResultsFolder(tmp_path)
    protocol = dataclasses.replace(protocol, baselines=baselines)
    sweep(protocol, folder, ENVIRONMENT)
    monkeypatch.setattr(report, "render", lambda told: told.reference)
    assert outputs.write_report(folder).read_text("utf-8") == reference
