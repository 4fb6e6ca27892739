import json

import pytest
from rich import console as rich_console

from pipeline.components import run_summary


def record(model, auc, slice_name=""):
    return {
        "model": model,
        "task": "click",
        "slice": slice_name,
        "rows": 1000,
        "positives": 40.0,
        "auc": auc,
        "log_loss": 0.2,
        "calibration_error": None,
    }


def evaluation(*records, reasons=(), warnings=()):
    return {
        "blessed": not reasons,
        "reasons": list(reasons),
        "warnings": list(warnings),
        "splits": ["eval"],
        "rows": 1000,
        "metrics": list(records),
    }


def printed(table):
    console = rich_console.Console(width=120, record=True, quiet=True)
    with console.capture() as capture:
        console.quiet = False
        console.print(table)
    return capture.get()


def test_finds_the_last_evaluation_by_number_not_by_name(tmp_path):
    for number in (9, 10):
        folder = tmp_path / "Evaluator" / "evaluation" / str(number)
        folder.mkdir(parents=True)
        (folder / "metrics.json").write_text(json.dumps({"rows": number}))
    assert run_summary.latest_evaluation(str(tmp_path))["rows"] == 10


def test_says_that_there_is_no_evaluation_yet(tmp_path):
    with pytest.raises(FileNotFoundError, match="run the pipeline first"):
        run_summary.latest_evaluation(str(tmp_path))


def test_shows_each_slice_beside_the_last_blessed_model():
    text = printed(
        run_summary.summary_table(
            evaluation(
                record("candidate", 0.75),
                record("candidate", 0.5, "type=A"),
                record("baseline", 0.7),
            )
        )
    )
    assert "0.7500 (+0.0500)" in text
    assert "0.5000" in text and " A " in text


def test_shows_a_dash_for_what_cannot_be_computed():
    text = printed(
        run_summary.summary_table(evaluation(record("candidate", None)))
    )
    assert " - " in text


def test_shows_the_metrics_that_each_task_has():
    count = {
        "model": "candidate",
        "task": "visits",
        "slice": "",
        "rows": 1000,
        "positives": 7.0,
        "nmae": 0.125,
    }
    lines = printed(
        run_summary.summary_table(evaluation(record("candidate", 0.75), count))
    ).splitlines()
    cells = {
        line.split("│")[1].strip(): [
            cell.strip() for cell in line.split("│")[5:-1]
        ]
        for line in lines
        if "│" in line
    }
    assert "nmae" in lines[2]
    assert cells == {
        "click": ["0.7500", "0.2000", "-", ""],
        "visits": ["", "", "", "0.1250"],
    }


def test_says_plainly_why_nothing_was_pushed():
    text = run_summary.verdict(
        evaluation(reasons=["click auc 0.5 is below min 0.7"]), ["/served/3"]
    )
    assert text.startswith("NOT BLESSED, nothing pushed")
    assert "click auc 0.5 is below min 0.7" in text
    assert "Still served: /served/3" in text


def test_names_the_version_that_was_pushed():
    assert "/served/4" in run_summary.verdict(
        evaluation(), ["/served/3", "/served/4"]
    )


def test_says_what_to_beware_of_whether_blessed_or_not():
    for reasons in ([], ["click auc 0.5 is below min 0.7"]):
        made = evaluation(reasons=reasons, warnings=["It was not compared."])
        text = run_summary.verdict(made, ["/served/3"])
        assert text.endswith("\nWarning: It was not compared.")


def test_chosen_values_are_told_in_a_line():
    values = {"learning_rate": 0.00123456, "dropout": 0.1, "width": 256}
    told = run_summary.describe_values(values)
    assert told == "learning_rate 0.00123, dropout 0.1, width 256"
