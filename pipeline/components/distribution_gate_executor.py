"""Compares splits and runs, and stops the run or lets it go on."""

import os
from collections.abc import Iterable
from typing import Any

import tensorflow_data_validation as tfdv
from absl import logging
from tensorflow_metadata.proto.v0 import anomalies_pb2
from tfx import types
from tfx.components.example_validator import executor as validator
from tfx.components.statistics_gen import stats_artifact_utils
from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils
from tfx.types import standard_component_specs as specs
from tfx.utils import io_utils
from tfx.utils import writer_utils

from pipeline.components.findings import Finding
from pipeline.components.findings import findings
from pipeline.components.findings import read_findings

PREVIOUS_KEY = "previous_statistics"
ACCEPTED_KEY = "accepted_statistics"
SHIFTS_KEY = "shifts"


class DistributionGateExecutor(base_executor.BaseExecutor):
    """Compares the splits and the runs, and decides."""

    def Do(
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Runs the component."""
        self._log_startup(input_dict, output_dict, exec_properties)
        split = exec_properties["train_split"]
        statistics = artifact_utils.get_single_instance(
            input_dict[specs.STATISTICS_KEY]
        )
        train = _load(statistics, split)
        # On the first run the resolver finds none.
        previous = input_dict.get(PREVIOUS_KEY) or []
        shifts = tfdv.validate_statistics(
            train,
            _load_schema(input_dict[specs.SCHEMA_KEY]),
            previous_statistics=previous[0].read() if previous else None,
            serving_statistics=_load(
                statistics, exec_properties["serving_split"]
            ),
        )
        found = [one for one in findings(split, shifts) if one.shift]
        for anomalies in input_dict[specs.ANOMALIES_KEY]:
            found += read_findings(anomalies)
        stopping = [
            one
            for one in found
            if exec_properties["fail_on_skew"] or not one.shift
        ]
        if stopping:
            raise ValueError(_refusal(stopping))
        self._write(output_dict, split, shifts, found)
        [accepted] = output_dict[ACCEPTED_KEY]
        accepted.write(train)

    def _write(
        self,
        output_dict: dict[str, list[types.Artifact]],
        split: str,
        shifts: anomalies_pb2.Anomalies,
        found: list[Finding],
    ) -> None:
        artifact = artifact_utils.get_single_instance(output_dict[SHIFTS_KEY])
        artifact.split_names = artifact_utils.encode_split_names([split])
        folder = artifact_utils.get_split_uri([artifact], split)
        writer_utils.write_anomalies(
            os.path.join(folder, validator.DEFAULT_FILE_NAME), shifts
        )
        if found:
            report = "\n".join(map(str, found))
            logging.warning("%s", report)
            artifact.set_string_custom_property("report", report)


def _load(statistics: types.Artifact, split: str) -> Any:
    return stats_artifact_utils.load_statistics(statistics, split).proto()


def _load_schema(schemas: list[types.Artifact]) -> Any:
    folder = artifact_utils.get_single_uri(schemas)
    return io_utils.SchemaReader().read(io_utils.get_only_uri_in_dir(folder))


def _refusal(found: Iterable[Finding]) -> str:
    lines = "".join(f"\n- {one}" for one in found)
    return (
        "The data is not what the schema and the last run lead to expect. "
        "Mend the data; or, if it is right, change the schema, or pass "
        f"`fail_on_skew=False` to go on where values shifted. Received:{lines}"
    )
