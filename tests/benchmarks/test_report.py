import json

from benchmarks import report


def test_what_was_missed_stands_out():
    text = report.verdicts({"fast": True, "good": False})
    assert text.splitlines() == ["- met: fast", "- **MISSED**: good"]


def test_writes_text_and_numbers(tmp_path):
    report.write(tmp_path / "new", "speed", "# Speed", {"ratio": 2.0})
    assert (tmp_path / "new" / "speed.md").read_text() == "# Speed\n"
    written = json.loads((tmp_path / "new" / "speed.json").read_text())
    assert written == {"ratio": 2.0}
