import json
import math
from pathlib import Path

from tfx.types import standard_artifacts

from pipeline.components import evaluation_report
from pipeline.components.thresholds import Thresholds


def test_a_metric_that_is_infinite_is_null_and_not_blessed(artifact):
    evaluation = artifact(standard_artifacts.ModelEvaluation, "evaluation")
    blessing = artifact(standard_artifacts.ModelBlessing, "blessing")
    facts = {"model": "candidate", "task": "visits", "slice": ""}
    evaluation_report.decide(
        {"model": [artifact(standard_artifacts.Model, "model")]},
        {"evaluation": [evaluation], "blessing": [blessing]},
        {"example_splits": '["eval"]'},
        Thresholds({"visits": {"nmae": {"max": 1.0}}}),
        [{**facts, "nmae": math.inf}],
        rows=1,
        unread={},
    )
    text = Path(evaluation.uri, "metrics.json").read_text()
    report = json.loads(text)
    assert report["metrics"] == [{**facts, "nmae": None}]
    assert not report["blessed"]
