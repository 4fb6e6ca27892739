import json

from benchmarks import report


def test_tables_are_aligned():
    text = report.table(["model", "AUC"], [["PIMM", "0.71"], ["ESMM", "0.7"]])
    assert text.splitlines() == [
        "| model |  AUC |",
        "|:------|-----:|",
        "| PIMM  | 0.71 |",
        "| ESMM  |  0.7 |",
    ]


def test_what_was_missed_stands_out():
    text = report.verdicts({"fast": True, "good": False})
    assert text.splitlines() == ["- met: fast", "- **MISSED**: good"]


def test_the_environment_says_how_to_repeat_the_run():
    environment = report.environment("make benchmark")
    assert environment["command"] == "make benchmark"
    assert "tensorflow 2" in environment["versions"]
    assert "cores" in environment["hardware"]


def test_writes_text_and_numbers(tmp_path):
    report.write(tmp_path / "new", "speed", "# Speed", {"ratio": 2.0})
    assert (tmp_path / "new" / "speed.md").read_text() == "# Speed\n"
    written = json.loads((tmp_path / "new" / "speed.json").read_text())
    assert written == {"ratio": 2.0}
