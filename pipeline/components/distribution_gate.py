"""Stops a run whose data is not what the schema and the last run say."""

from tfx import types
from tfx.dsl.components.base import base_component
from tfx.dsl.components.base import executor_spec
from tfx.types import component_spec
from tfx.types import standard_artifacts
from tfx.types import standard_component_specs as specs

from pipeline.components import distribution_gate_executor as executor
from pipeline.components.accepted_statistics import AcceptedStatistics


class DistributionGateSpec(component_spec.ComponentSpec):
    """What `DistributionGate` takes and gives."""

    PARAMETERS = {
        "train_split": component_spec.ExecutionParameter(type=str),
        "serving_split": component_spec.ExecutionParameter(type=str),
        "fail_on_skew": component_spec.ExecutionParameter(type=bool),
    }
    INPUTS = {
        specs.STATISTICS_KEY: component_spec.ChannelParameter(
            type=standard_artifacts.ExampleStatistics
        ),
        specs.SCHEMA_KEY: component_spec.ChannelParameter(
            type=standard_artifacts.Schema
        ),
        specs.ANOMALIES_KEY: component_spec.ChannelParameter(
            type=standard_artifacts.ExampleAnomalies
        ),
        executor.PREVIOUS_KEY: component_spec.ChannelParameter(
            type=AcceptedStatistics, optional=True
        ),
    }
    OUTPUTS = {
        executor.SHIFTS_KEY: component_spec.ChannelParameter(
            type=standard_artifacts.ExampleAnomalies
        ),
        executor.ACCEPTED_KEY: component_spec.ChannelParameter(
            type=AcceptedStatistics
        ),
    }


class DistributionGate(base_component.BaseComponent):
    """Stops the run on anomalies, skew and drift, saying what and where.

    TFX's ExampleValidator writes down what it finds and lets the run go on,
    and does not compare. This component reads what it found, compares the
    training split with the one that stands for serving (`skew_comparator`s of
    the schema) and with the training data of the last accepted run
    (`drift_comparator`s).

    For the last accepted run, give it what this resolver finds:

        Resolver(
            strategy_class=LatestArtifactStrategy,
            accepted_statistics=Channel(type=AcceptedStatistics),
        ).outputs["accepted_statistics"]

    Nothing needs its outputs: make what must wait for it wait by
    `add_upstream_node`, so that the cache of those components stays good.

    Args:
        statistics: Channel of `ExampleStatistics`.
        schema: Channel of `Schema`.
        anomalies: Channel of `ExampleAnomalies` from ExampleValidator.
        previous_statistics: Optional channel of `AcceptedStatistics`.
        train_split: Name of the split that is compared.
        serving_split: Name of the split it is compared with.
        fail_on_skew: Whether skew and drift stop the run; otherwise they are
            reported. Other anomalies always stop it.

    Component outputs:
        shifts: `ExampleAnomalies` of the comparisons; `report` is a custom
            property, in words, if there is something to say.
        accepted_statistics: `AcceptedStatistics` of the training split.
    """

    SPEC_CLASS = DistributionGateSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(
        executor.DistributionGateExecutor
    )

    def __init__(
        self,
        statistics: types.BaseChannel,
        schema: types.BaseChannel,
        anomalies: types.BaseChannel,
        previous_statistics: types.BaseChannel | None = None,
        train_split: str = "train",
        serving_split: str = "eval",
        fail_on_skew: bool = True,
    ) -> None:
        super().__init__(
            DistributionGateSpec(
                statistics=statistics,
                schema=schema,
                anomalies=anomalies,
                previous_statistics=previous_statistics,
                train_split=train_split,
                serving_split=serving_split,
                fail_on_skew=fail_on_skew,
                shifts=types.Channel(type=standard_artifacts.ExampleAnomalies),
                accepted_statistics=types.Channel(type=AcceptedStatistics),
            )
        )
