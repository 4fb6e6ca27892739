"""Plans the cutting, has Beam do it, and keeps the outcome."""

import dataclasses
import json
import logging
import os
import shutil
from collections.abc import Mapping
from typing import Any

from tfx import types
from tfx.components.util import examples_utils
from tfx.dsl.components.base import base_beam_executor
from tfx.proto import example_gen_pb2
from tfx.types import artifact_utils
from tfx.types import standard_component_specs as specs
from tfx.utils import proto_utils

from pipeline.advertiser import columns
from pipeline.advertiser.beam_buckets import run_buckets
from pipeline.advertiser.cut_bucket import cut_bucket
from pipeline.advertiser.cut_bucket import load_reports
from pipeline.advertiser.window_plan import FACTS
from pipeline.advertiser.window_plan import WindowPlan
from pipeline.advertiser.window_plan import make_plan
from pipeline.advertiser.window_settings import WindowSettings
from pipeline.components import parquet_files
from pipeline.components import raw_column
from tfmtl.datasets.windows import SampleReport
from tfmtl.datasets.windows.targets import checked_scales

SETTINGS_KEY = "settings"
COLUMNS_KEY = "columns"
REPORT_FILE = "report.json"
_LOG = logging.getLogger(__name__)


class WindowGenExecutor(base_beam_executor.BaseBeamExecutor):
    """Checks the tables, then writes the examples of all splits."""

    def Do(
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Runs the component."""
        self._log_startup(input_dict, output_dict, exec_properties)
        settings = WindowSettings(**json.loads(exec_properties[SETTINGS_KEY]))
        config = example_gen_pb2.Input()
        proto_utils.json_to_proto(
            exec_properties[specs.INPUT_CONFIG_KEY], config
        )
        base = exec_properties[specs.INPUT_BASE_KEY]
        files = {
            s.name: parquet_files.find_files(base, s.pattern)
            for s in config.splits
        }
        examples = artifact_utils.get_single_instance(
            output_dict[specs.EXAMPLES_KEY]
        )
        split = settings.split(files[FACTS], columns.SPEC)
        plan = make_plan(
            files,
            split.sets,
            split.last_day,
            settings.bucket_rows,
            {
                name: os.path.join(examples.uri, f"Split-{name}")
                for name in split.sets
            },
            os.path.join(examples.uri, ".work"),
        )
        examples.split_names = artifact_utils.encode_split_names(
            list(plan.folders)
        )
        reports = run_plan(plan, self._make_beam_pipeline)
        rows = sum(report.rows for report in reports.values())
        examples.set_int_custom_property("rows", rows)
        examples_utils.set_payload_format(
            examples, example_gen_pb2.FORMAT_TF_EXAMPLE
        )
        examples_utils.set_file_format(examples, "tfrecords_gzip")
        _write_report(examples.uri, plan, reports)


def run_plan(plan: WindowPlan, make_pipeline: Any) -> dict[str, SampleReport]:
    """Does it, and refuses what nothing can be learned from.

    Args:
        plan: What is to be done.
        make_pipeline: Makes a Beam pipeline.

    Raises:
        TableError: If the facts are not as they should be.
        ValueError: If a split has no sample, or a task is all 0 in training.
    """
    for folder in (plan.work, *plan.folders.values()):
        os.makedirs(folder)
    try:
        run_buckets(plan, cut_bucket, make_pipeline)
        reports = load_reports(plan)
    finally:
        shutil.rmtree(plan.work)
    for name, report in reports.items():
        anchors = plan.anchors[name]
        if not report.rows:
            raise ValueError(
                "Every split should have samples with activity in the "
                "history; move the anchors or take more facts. Received: none "
                f"in {name!r}, anchors {anchors[0]} to {anchors[-1]}."
            )
    train = reports["train"]
    means = {k: v / train.rows for k, v in train.label_sums.items()}
    checked_scales(means, train.rows)
    return reports


def described_columns() -> str:
    """Returns what samples are made of: the cache must notice a change."""
    return json.dumps(
        [
            dataclasses.asdict(columns.SPEC),
            columns.SCENARIO_ATTRIBUTES,
            raw_column.dump_columns(columns.example_columns()),
        ]
    )


def _write_report(
    uri: str, plan: WindowPlan, reports: Mapping[str, SampleReport]
) -> None:
    content = {}
    for name, report in reports.items():
        anchors = plan.anchors[name]
        content[name] = {
            "anchors": list(map(str, anchors)),
            **dataclasses.asdict(report),
        }
        _LOG.info(
            "  %s: %s samples of anchors %s to %s, labels up to %s; %s with "
            "less than %d days of history",
            name,
            f"{report.rows:,}",
            anchors[0],
            anchors[-1],
            anchors[-1] + plan.spec.ahead,
            f"{report.short:,}",
            plan.spec.history,
        )
    path = os.path.join(uri, REPORT_FILE)
    with open(path, "w", encoding="utf-8") as file:
        file.write(json.dumps(content, indent=2) + "\n")
