"""What ranks the candidates of a campaign."""

import abc
from collections.abc import Iterator
from typing import Any

import numpy as np

from tfmtl.experiments.lookalike.campaign import CampaignRequest


class Ranker(abc.ABC):
    """Customises what was learned from past campaigns to a new one.

    Whatever it does for one campaign has no part in the next.
    """

    @abc.abstractmethod
    def epochs(self, request: CampaignRequest) -> Iterator[np.ndarray]:
        """Yields the candidates' scores after each epoch of customising.

        It goes on for as long as it is asked; what has no epochs yields once.

        Args:
            request: The campaign.
        """

    def steps(
        self, request: CampaignRequest
    ) -> Iterator[tuple[float, np.ndarray]]:
        """Yields loss and scores after each step; nothing by default.

        Args:
            request: The campaign.
        """
        return iter(())

    @property
    def general_model(self) -> Any:
        """The model that copies are made of; None where there is none."""
        return None
