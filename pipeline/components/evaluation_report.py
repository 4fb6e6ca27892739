"""What evaluators of all kinds read and write."""

import json
import math
import os
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from tfx import types
from tfx.types import artifact_utils
from tfx.types import standard_component_specs as specs
from tfx.utils import io_utils
from tfx.utils import path_utils

from pipeline.components.blessing import bless
from pipeline.components.metrics_table import by_slice
from pipeline.components.thresholds import Thresholds

METRICS_FILE = "metrics.json"
CANDIDATE = "candidate"
BASELINE = "baseline"


def example_files(
    examples: list[types.Artifact], splits: Sequence[str]
) -> list[str]:
    """Returns the files of some splits, in order."""
    folders = [
        uri
        for split in splits
        for uri in artifact_utils.get_split_uris(examples, split)
    ]
    return [
        os.path.join(folder, name)
        for folder in folders
        for name in sorted(os.listdir(folder))
    ]


def model_paths(
    input_dict: Mapping[str, list[types.Artifact]],
) -> dict[str, str]:
    """Returns the SavedModels: the candidate, and the baseline if any."""
    artifacts = {CANDIDATE: input_dict[specs.MODEL_KEY]}
    # On the first run the resolver finds none.
    if input_dict.get(specs.BASELINE_MODEL_KEY):
        artifacts[BASELINE] = input_dict[specs.BASELINE_MODEL_KEY]
    models = {
        name: artifact_utils.get_single_instance(found)
        for name, found in artifacts.items()
    }
    return {
        name: path_utils.serving_model_path(
            model.uri, path_utils.is_old_model_artifact(model)
        )
        for name, model in models.items()
    }


def decide(
    input_dict: Mapping[str, list[types.Artifact]],
    output_dict: Mapping[str, list[types.Artifact]],
    exec_properties: Mapping[str, Any],
    thresholds: Thresholds,
    table: list[dict[str, Any]],
    rows: int,
    unread: Mapping[str, str],
) -> None:
    """Writes the metrics, and blesses the candidate or not.

    Args:
        input_dict: What the component was given.
        output_dict: Its `evaluation` and `blessing`.
        exec_properties: Its settings, with the splits.
        thresholds: What the candidate must reach.
        table: Records of `model`, `task`, `slice` and metrics.
        rows: Number of rows it was judged by.
        unread: `{model: reason}`, of the baseline if it cannot read the rows.
    """
    reasons = thresholds.failures(
        by_slice(table, CANDIDATE), by_slice(table, BASELINE)
    )
    evaluation = artifact_utils.get_single_instance(
        output_dict[specs.EVALUATION_KEY]
    )
    evaluation.set_int_custom_property("rows", rows)
    _write_json(
        os.path.join(evaluation.uri, METRICS_FILE),
        {
            "blessed": not reasons,
            "reasons": reasons,
            "warnings": [
                "The last blessed model cannot read these rows, and is not "
                f"compared: {reason}"
                for reason in unread.values()
            ],
            "splits": json.loads(exec_properties[specs.EXAMPLE_SPLITS_KEY]),
            "rows": rows,
            "metrics": table,
        },
    )
    blessing = artifact_utils.get_single_instance(
        output_dict[specs.BLESSING_KEY]
    )
    component = exec_properties.get("current_component_id")
    if component:
        blessing.set_string_custom_property("component_id", component)
    bless(
        blessing,
        artifact_utils.get_single_instance(input_dict[specs.MODEL_KEY]),
        [] if unread else input_dict.get(specs.BASELINE_MODEL_KEY) or [],
        reasons,
    )


def _write_json(path: str, report: dict[str, Any]) -> None:
    """Writes strict JSON: null stands for NaN and infinity."""
    table = [
        {
            key: None
            if isinstance(value, float) and not math.isfinite(value)
            else value
            for key, value in record.items()
        }
        for record in report["metrics"]
    ]
    text = json.dumps({**report, "metrics": table}, indent=2, allow_nan=False)
    io_utils.write_string_file(path, text + "\n")
