import json

import pytest
from tfx.utils import import_utils

from pipeline.components import kubeflow
from pipeline.components.accepted_statistics import AcceptedStatistics
from pipeline.funnel.config import FunnelConfig
from pipeline.funnel.pipeline import create_pipeline


def test_the_funnel_pipeline_compiles_for_kubeflow(tmp_path):
    pytest.importorskip("kfp.pipeline_spec")
    made = create_pipeline(FunnelConfig(str(tmp_path), tuner_trials=2))
    path = tmp_path / "funnel.json"
    kubeflow.compile_pipeline(made, "registry/tfmtl:1", path)
    spec = json.loads(path.read_text())["pipelineSpec"]
    tasks = spec["root"]["dag"]["tasks"]
    assert {"ParquetExampleGen", "Transform", "Tuner", "Pusher"} < set(tasks)
    assert not any(task.get("cachingOptions") for task in tasks.values())
    steps = spec["deploymentSpec"]["executors"].values()
    images = {s["container"]["image"] for s in steps if "container" in s}
    assert images == {"registry/tfmtl:1"}


def test_a_step_on_kubeflow_finds_our_type_of_artifact():
    found = import_utils.import_class_by_path(AcceptedStatistics.TYPE_NAME)
    assert found is AcceptedStatistics
