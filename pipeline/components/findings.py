"""What is wrong with the data of a run, in words."""

import dataclasses
import os
from collections.abc import Iterator

from tensorflow_metadata.proto.v0 import anomalies_pb2
from tfx import types
from tfx.components.example_validator import executor as validator
from tfx.types import artifact_utils
from tfx.utils import io_utils


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing that is wrong with the data.

    Args:
        split: The split that it is wrong with.
        feature: The feature, or "" for the table as a whole.
        description: What is wrong.
        shift: Whether the values are allowed, but their distribution is not
            that of the other split (skew) or of the last run (drift).
    """

    split: str
    feature: str
    description: str
    shift: bool

    def __str__(self) -> str:
        feature = f", feature {self.feature!r}" if self.feature else ""
        kind = " shifted" if self.shift else ""
        return f"split {self.split!r}{feature}{kind}: {self.description}"


def read_findings(anomalies: types.Artifact) -> Iterator[Finding]:
    """Yields what ExampleValidator found."""
    for split in artifact_utils.decode_split_names(anomalies.split_names):
        folder = artifact_utils.get_split_uri([anomalies], split)
        path = os.path.join(folder, validator.DEFAULT_FILE_NAME)
        content = io_utils.read_bytes_file(path)
        yield from findings(split, anomalies_pb2.Anomalies.FromString(content))


def findings(
    split: str, anomalies: anomalies_pb2.Anomalies
) -> Iterator[Finding]:
    """Yields what TFDV calls errors, one by one, and not its warnings."""
    infos = dict(anomalies.anomaly_info)
    if anomalies.HasField("dataset_anomaly_info"):
        infos[""] = anomalies.dataset_anomaly_info
    for feature, info in sorted(infos.items()):
        if info.severity == anomalies_pb2.AnomalyInfo.WARNING:
            continue
        if not info.reason:
            yield Finding(split, feature, info.description, shift=False)
        for reason in info.reason:
            kind = anomalies_pb2.AnomalyInfo.Type.Name(reason.type)
            yield Finding(
                split,
                feature,
                reason.description or info.description,
                shift=kind.startswith("COMPARATOR_"),
            )
