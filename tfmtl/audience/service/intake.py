"""What comes in from outside: campaigns, seeds, opt-outs, feedback."""

import os
from typing import Any

import numpy as np
import pandas as pd

from tfmtl.audience.general_model import GeneralModel
from tfmtl.audience.retrieval import UserBase
from tfmtl.audience.service.customisation import Customisation
from tfmtl.audience.service.desk import Desk
from tfmtl.audience.service.id_files import audience_ids
from tfmtl.audience.service.id_files import ids_in
from tfmtl.audience.store import Campaign
from tfmtl.audience.store import CampaignStore
from tfmtl.audience.store import IngestionReport
from tfmtl.audience.store import LogParser


class Intake:
    """Takes in what campaigns need. `AudienceService` has it all.

    Args:
        desk: What is worked with.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def store(self) -> CampaignStore:
        """The store."""
        return self._desk.store

    @property
    def general_model(self) -> GeneralModel:
        """The general model."""
        return self._desk.general

    @property
    def users(self) -> UserBase:
        """All users."""
        return self._desk.users

    @property
    def customisation(self) -> Customisation:
        """How models are made."""
        return self._desk.settings

    def create_campaign(self, campaign_id: str, **details: Any) -> Campaign:
        """Creates a campaign, if the general model can read its features.

        Args:
            campaign_id: An id that no campaign has.
            **details: As of `CampaignStore.create_campaign`.

        Raises:
            ValueError: If there is such a campaign, or no such feature.
        """
        self.general_model.encode_campaign(details.get("features") or {})
        return self.store.create_campaign(campaign_id, **details)

    def ingest_seeds(
        self,
        campaign_id: str,
        path: str | os.PathLike[str],
        *,
        min_known: float | None = None,
        quarantine: bool = False,
    ) -> IngestionReport:
        """Takes in a file of seeds, if the users know them.

        Args:
            campaign_id: The campaign.
            path: CSV, text or Parquet.
            min_known: The least share of them that is known; the others are
                left out. Defaults to that of the customisation.
            quarantine: Whether to put bad rows aside, instead of refusing
                all.

        Raises:
            TableError: If the file cannot be read, or a row is bad.
            ValueError: If there are too few seeds, or too few are known.
        """
        least = self.customisation.min_known if min_known is None else min_known
        return self.store.ingest_seeds(
            campaign_id,
            path,
            id_column=self.users.id_column,
            known=self._desk.ids,
            min_known=least,
            quarantine=quarantine,
        )

    def opt_out(self, path: str | os.PathLike[str]) -> int:
        """Notes the users of a file as opted out.

        Args:
            path: CSV, text or Parquet.

        Returns:
            How many had not opted out before.

        Raises:
            TableError: If the file cannot be read, or a row is bad.
        """
        ids = ids_in(path, self.users.id_column, self._desk.ids.dtype)
        return self.store.opt_out(ids)

    def ingest_events(
        self,
        path: str | os.PathLike[str],
        parser: LogParser | None = None,
        *,
        quarantine: bool = False,
    ) -> IngestionReport:
        """Takes in a log of exposures and conversions.

        Args:
            path: JSON lines or Parquet.
            parser: How to read it. Defaults to `LogParser()`.
            quarantine: Whether to put bad rows aside, instead of refusing
                all.

        Raises:
            TableError: If it cannot be read, or a row is bad.
        """
        return self.store.ingest_events(path, parser, quarantine=quarantine)

    def feedback(self, campaign_id: str) -> pd.DataFrame:
        """Returns what can be learned of those who were shown a campaign.

        Args:
            campaign_id: The campaign.

        Returns:
            A frame of `user_id` and `label`, whether they converted, a row
            for each user whose window is over. `CampaignStore.exposed` has
            the others as well.
        """
        return self._desk.feedback(campaign_id)

    def audience_ids(self, path: str | os.PathLike[str]) -> np.ndarray:
        """Returns the ids in the file of an audience, best first.

        Args:
            path: The file.
        """
        return audience_ids(self.users, path, self._desk.ids.dtype)
