"""Statistics of about so many rows, however many there are."""

from typing import Any

import tensorflow_data_validation as tfdv
from tfx import types
from tfx.components.statistics_gen import executor as statistics_executor
from tfx.dsl.components.base import base_beam_component
from tfx.dsl.components.base import executor_spec
from tfx.types import artifact_utils
from tfx.types import component_spec
from tfx.types import standard_artifacts
from tfx.types import standard_component_specs as specs

_ROWS_KEY = "rows"


class SampledStatisticsGenExecutor(statistics_executor.Executor):
    """Samples at the rate that the number of rows asks for."""

    def Do(
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Runs the component."""
        examples = artifact_utils.get_single_instance(
            input_dict[specs.EXAMPLES_KEY]
        )
        rows = examples.get_int_custom_property("rows")
        wanted = exec_properties[_ROWS_KEY]
        options = tfdv.StatsOptions(
            sample_rate=wanted / rows if rows > wanted else None
        )
        told = {specs.STATS_OPTIONS_JSON_KEY: options.to_json()}
        super().Do(input_dict, output_dict, {**exec_properties, **told})


class SampledStatisticsGenSpec(specs.StatisticsGenSpec):
    """What `SampledStatisticsGen` takes and gives."""

    PARAMETERS = {
        **specs.StatisticsGenSpec.PARAMETERS,
        _ROWS_KEY: component_spec.ExecutionParameter(type=int),
    }


class SampledStatisticsGen(base_beam_component.BaseBeamComponent):
    """TFX's StatisticsGen, which takes longer the more rows there are.

    How many there are is known when the examples have been made, and not yet
    when the pipeline is: TFX's own wants to be told a rate.

    Args:
        examples: Channel of `Examples` that tell their `rows`, as those of
            `ParquetExampleGen` and `WindowGen` do.
        schema: Channel of the `Schema`.
        rows: Statistics of more rows are made of about so many, drawn by
            blocks.

    Component outputs:
        statistics: `ExampleStatistics` of all splits.
    """

    SPEC_CLASS = SampledStatisticsGenSpec
    EXECUTOR_SPEC = executor_spec.BeamExecutorSpec(SampledStatisticsGenExecutor)

    def __init__(
        self, examples: types.BaseChannel, schema: types.BaseChannel, rows: int
    ) -> None:
        super().__init__(
            SampledStatisticsGenSpec(
                examples=examples,
                schema=schema,
                rows=rows,
                statistics=types.Channel(
                    type=standard_artifacts.ExampleStatistics
                ),
            )
        )
