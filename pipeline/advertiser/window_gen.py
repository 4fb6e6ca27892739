"""Brings daily facts into a pipeline, as examples of history and labels."""

import dataclasses
import json
import os
from typing import Any

from tfx import types
from tfx.dsl.components.base import base_beam_component
from tfx.dsl.components.base import executor_spec
from tfx.proto import example_gen_pb2
from tfx.types import component_spec
from tfx.types import standard_artifacts
from tfx.types import standard_component_specs as specs

from pipeline.advertiser import window_gen_executor as executor
from pipeline.advertiser.window_plan import ADVERTISERS
from pipeline.advertiser.window_plan import FACTS
from pipeline.advertiser.window_plan import SCENARIOS
from pipeline.advertiser.window_settings import WindowSettings
from pipeline.components.parquet_files import ParquetFilesDriver


class WindowGenSpec(component_spec.ComponentSpec):
    """What `WindowGen` takes and gives."""

    PARAMETERS = {
        specs.INPUT_BASE_KEY: component_spec.ExecutionParameter(type=str),
        specs.INPUT_CONFIG_KEY: component_spec.ExecutionParameter(
            type=example_gen_pb2.Input
        ),
        executor.SETTINGS_KEY: component_spec.ExecutionParameter(type=str),
        executor.COLUMNS_KEY: component_spec.ExecutionParameter(type=str),
    }
    INPUTS: dict[str, Any] = {}
    OUTPUTS = {
        specs.EXAMPLES_KEY: component_spec.ChannelParameter(
            type=standard_artifacts.Examples
        )
    }


class WindowGen(base_beam_component.BaseBeamComponent):
    """Cuts windows out of `<input_path>/facts/*.parquet` by Apache Beam.

    Facts have `advertiser_id`, `scenario`, `day` and the facts of
    `columns.SPEC`; `advertisers/*.parquet` and `scenarios/*.parquet` say what
    is known of either. The sets follow each other in time, see
    `tfmtl.datasets.windows.TimeSplit`. A table that is not as declared stops
    the run before anything is written.

    The execution cache notices files that changed, by their content.

    Args:
        input_path: Folder with the folders `facts`, `advertisers`,
            `scenarios`.
        settings: Which days there are, and how they are split.

    Component outputs:
        examples: `Examples` with the splits train, dev and eval, in files of
            whole advertisers, and `report.json`: the anchors and a
            `SampleReport` of each split.
    """

    SPEC_CLASS = WindowGenSpec
    EXECUTOR_SPEC = executor_spec.BeamExecutorSpec(executor.WindowGenExecutor)
    DRIVER_CLASS = ParquetFilesDriver

    def __init__(self, input_path: str, settings: WindowSettings) -> None:
        tables = (FACTS, ADVERTISERS, SCENARIOS)
        config = example_gen_pb2.Input(
            splits=[
                example_gen_pb2.Input.Split(
                    name=name, pattern=f"{name}/*.parquet"
                )
                for name in tables
            ]
        )
        super().__init__(
            WindowGenSpec(
                input_base=os.path.abspath(input_path),
                input_config=config,
                settings=json.dumps(dataclasses.asdict(settings)),
                columns=executor.described_columns(),
                examples=types.Channel(type=standard_artifacts.Examples),
            )
        )
