"""The type of statistics that later runs are compared with."""

import os

import tensorflow_data_validation as tfdv
from tensorflow_metadata.proto.v0 import statistics_pb2
from tfx.types import artifact
from tfx.utils import io_utils

_FILE = "FeatureStats.pb"


class AcceptedStatistics(artifact.Artifact):
    """Statistics of training data that passed `DistributionGate`.

    They have a type of their own so that a resolver of the latest finds the
    statistics of data that was accepted, and not of the data that was refused
    the last time: otherwise a run that was stopped would pass when repeated.
    """

    # Where Kubeflow looks for it.
    TYPE_NAME = "pipeline.AcceptedStatistics"

    def write(
        self, statistics: statistics_pb2.DatasetFeatureStatisticsList
    ) -> None:
        """Writes the statistics into the artifact."""
        path = os.path.join(self.uri, _FILE)
        io_utils.write_bytes_file(path, statistics.SerializeToString())

    def read(self) -> statistics_pb2.DatasetFeatureStatisticsList:
        """Returns the statistics."""
        return tfdv.load_stats_binary(os.path.join(self.uri, _FILE))
