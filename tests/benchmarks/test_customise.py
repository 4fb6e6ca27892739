import json

import pytest

from benchmarks import customise


@pytest.mark.slow
def test_a_quick_run_times_campaigns_and_says_so(tmp_path, capsys):
    assert customise.main(["--quick", "--output", str(tmp_path)]) == 0
    told = (tmp_path / "customise.md").read_text("utf-8")
    assert told.strip() in capsys.readouterr().out
    results = json.loads((tmp_path / "customise.json").read_text("utf-8"))
    names = [(c["level"], c["campaign"]) for c in results["campaigns"]]
    assert names == [("all weights", "first"), ("all weights", "second")]
    for campaign in results["campaigns"]:
        assert 0 < sum(campaign["steps"].values()) <= campaign["seconds"]
        assert campaign["negatives"] == 200
    assert all(results["bounds"].values())
