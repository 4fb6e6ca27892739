"""What any protocol runs on."""

import abc
from collections.abc import Sequence


class ProtocolData(abc.ABC):
    """Data of one seed, divided into what is learned from and the test."""

    @property
    @abc.abstractmethod
    def metric_names(self) -> Sequence[str]:
        """Names of the metrics that a protocol can have as columns."""

    @abc.abstractmethod
    def summary(self) -> dict[str, object]:
        """Returns what a reader of results should know of the data.

        That is `description`, names of the `tasks`, and by part the numbers
        of `rows` and of `positives`, by task.
        """
