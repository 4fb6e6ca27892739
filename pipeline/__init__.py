"""TFX pipelines of tfmtl, one folder a job."""

from typing import Any


def __getattr__(name: str) -> Any:
    # Kubeflow finds a type of artifact by a package and a name, no more.
    if name == "AcceptedStatistics":
        from pipeline.components.accepted_statistics import AcceptedStatistics

        return AcceptedStatistics
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
