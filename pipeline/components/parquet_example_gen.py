"""Brings Parquet files into a pipeline, without Python work per row."""

import os
from collections.abc import Sequence
from typing import Any

from tfx import types
from tfx.dsl.components.base import base_component
from tfx.dsl.components.base import executor_spec
from tfx.proto import example_gen_pb2
from tfx.types import component_spec
from tfx.types import standard_artifacts
from tfx.types import standard_component_specs as specs

from pipeline.components import parquet_example_gen_executor as executor
from pipeline.components import raw_column
from pipeline.components import task_list
from pipeline.components.parquet_files import ParquetFilesDriver
from pipeline.components.raw_column import RawColumn
from tfmtl.tasks import Task


class ParquetExampleGenSpec(component_spec.ComponentSpec):
    """What `ParquetExampleGen` takes and gives."""

    PARAMETERS = {
        specs.INPUT_BASE_KEY: component_spec.ExecutionParameter(type=str),
        specs.INPUT_CONFIG_KEY: component_spec.ExecutionParameter(
            type=example_gen_pb2.Input
        ),
        executor.COLUMNS_KEY: component_spec.ExecutionParameter(type=str),
        executor.TASKS_KEY: component_spec.ExecutionParameter(type=str),
    }
    INPUTS: dict[str, Any] = {}
    OUTPUTS = {
        specs.EXAMPLES_KEY: component_spec.ChannelParameter(
            type=standard_artifacts.Examples
        )
    }


class ParquetExampleGen(base_component.BaseComponent):
    """Reads `<input_path>/<split>/*.parquet` and writes tf.Examples.

    A file that is not as declared stops the run before anything is written,
    with one error that names file, column, row, value and remedy. The rows
    are turned by Arrow and tfx_bsl's C++ encoder, a batch at a time.

    The execution cache notices files that changed, by their content.

    Args:
        input_path: Folder with a folder of Parquet files a split.
        columns: The raw features. Columns not named stay outside.
        tasks: Tasks, whose labels stand in columns of their names.
        splits: Names of the splits.

    Component outputs:
        examples: `Examples`, one feature a column and task; binary labels as
            int64, others as float32.

    Raises:
        ValueError: Columns and tasks share a name or do not fit together.
    """

    SPEC_CLASS = ParquetExampleGenSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(
        executor.ParquetExampleGenExecutor
    )
    DRIVER_CLASS = ParquetFilesDriver

    def __init__(
        self,
        input_path: str,
        columns: Sequence[RawColumn],
        tasks: Sequence[Task],
        splits: Sequence[str] = ("train", "dev", "eval"),
    ) -> None:
        raw_column.check_columns(
            [*columns, *map(raw_column.label_column, tasks)]
        )
        config = example_gen_pb2.Input(
            splits=[
                example_gen_pb2.Input.Split(
                    name=name, pattern=f"{name}/*.parquet"
                )
                for name in splits
            ]
        )
        super().__init__(
            ParquetExampleGenSpec(
                input_base=os.path.abspath(input_path),
                input_config=config,
                columns=raw_column.dump_columns(columns),
                tasks=task_list.dump_tasks(tasks),
                examples=types.Channel(type=standard_artifacts.Examples),
            )
        )
