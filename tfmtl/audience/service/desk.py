"""What all work on campaigns is done with."""

import dataclasses
import functools
import urllib.parse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tfmtl.audience.general_model import GeneralModel
from tfmtl.audience.retrieval import UserBase
from tfmtl.audience.service.customisation import Customisation
from tfmtl.audience.service.fingerprint import fingerprint
from tfmtl.audience.service.held_out_part import HeldOutPart
from tfmtl.audience.service.model_folder import ModelFolder
from tfmtl.audience.service.user_rows import joined
from tfmtl.audience.service.version_report import VersionReport
from tfmtl.audience.service.watched_tuning import WatchedTuning
from tfmtl.audience.store import CampaignStore
from tfmtl.audience.store import ModelVersion
from tfmtl.audience.store import TrainingSet
from tfmtl.features import Feature

# Version, size and suffix of an audience come on top; 255 are allowed.
_LONGEST_NAME = 120
_SHORTENED_NAME = 100


@dataclasses.dataclass(frozen=True, eq=False)
class Desk:
    """Store, general model, users, and where files are written.

    Args:
        store: The `CampaignStore`.
        general: The `GeneralModel`.
        users: The `UserBase`, encoded by that model.
        folder: Where models, audiences and signs of life are written.
        settings: How campaigns are customised.
    """

    store: CampaignStore
    general: GeneralModel
    users: UserBase
    folder: Path
    settings: Customisation

    @functools.cached_property
    def tuning(self) -> WatchedTuning:
        """Trains copies of the general model."""
        return WatchedTuning(self.settings.fine_tuning, self.general.model)

    @functools.cached_property
    def users_version(self) -> str:
        """Changes when the users are written anew."""
        return fingerprint([shard.signature for shard in self.users.shards])

    @functools.cached_property
    def ids(self) -> np.ndarray:
        """The ids of all users."""
        return self.users.ids()

    @functools.cached_property
    def user_features(self) -> list[Feature]:
        """Features of the model that are the user's."""
        campaign = self.general.encode_campaign({})
        return [
            f for f in self.general.model.features if f.name not in campaign
        ]

    def campaign(self, campaign_id: str) -> dict[str, Any]:
        """Returns the features of a campaign as the model reads them.

        Args:
            campaign_id: The campaign.
        """
        features = self.store.campaign(campaign_id).features
        return self.general.encode_campaign(features)

    def training_set(self, campaign_id: str) -> tuple[TrainingSet, np.ndarray]:
        """Returns a training set of all seeds, and others to judge by.

        It is the last one, if nothing has changed. The others are drawn
        first: a small pool would all be learned from.

        Args:
            campaign_id: The campaign.
        """
        known = [self.excluded(campaign_id), self.converted(campaign_id)]
        part = self.held_out_part(campaign_id)
        others = part.others(self.ids, joined(known))
        drawn = self.store.draw_training_set(
            campaign_id,
            self.ids[~pd.Index(self.ids).isin(others)],
            ratio=self.settings.ratio,
            seed=self.settings.seed,
        )
        return drawn, others

    def held_out_part(self, campaign_id: str) -> HeldOutPart:
        """Returns the users that nothing is to learn of a campaign from.

        Args:
            campaign_id: The campaign.
        """
        seeds = pd.Index(self.store.seeds(campaign_id))
        is_out = seeds.isin(self.store.opted_out()) | ~seeds.isin(self.ids)
        return HeldOutPart(
            campaign_id, self.settings.held_out, seeds[~is_out].to_numpy()
        )

    def feedback(self, campaign_id: str) -> pd.DataFrame:
        """Returns what can be learned of those who were shown a campaign.

        Windows have to be over, also those of users who have converted: of
        open ones nothing but conversions is known.

        Args:
            campaign_id: The campaign.

        Returns:
            A frame of `user_id`, and of `label`: whether it converted.
        """
        shown = self.store.exposed(campaign_id)
        is_known = (shown["label"] == shown["has_converted"]).fillna(False)
        rows = shown.loc[is_known, ["user_id", "label"]]
        return rows.astype({"label": bool}).reset_index(drop=True)

    def converted(self, campaign_id: str) -> np.ndarray:
        """Returns the ids of those who have converted, as far as is known.

        Args:
            campaign_id: The campaign.
        """
        shown = self.store.exposed(campaign_id)
        return shown["user_id"].to_numpy()[shown["has_converted"]]

    def excluded(self, campaign_id: str) -> np.ndarray:
        """Returns the ids of seeds, and of those who have opted out.

        Args:
            campaign_id: The campaign.
        """
        ids = [self.store.seeds(campaign_id), self.store.opted_out()]
        return joined(ids)

    def folder_of(self, campaign_id: str, name: str) -> ModelFolder:
        """Returns where a version of a campaign's model is kept.

        Args:
            campaign_id: The campaign.
            name: Name of the version's folder.
        """
        return ModelFolder(
            self.folder / "models" / file_name(campaign_id) / name
        )

    def current(self, campaign_id: str) -> tuple[ModelVersion, ModelFolder]:
        """Returns the version of a campaign's model that is in use.

        Args:
            campaign_id: The campaign.

        Raises:
            ValueError: If there is none, its files are gone, or the users are
                encoded for another general model than it descends from.
        """
        version = self.store.current_model(campaign_id)
        if version is None:
            raise ValueError(
                "A campaign should be customised first: `customise`. "
                f"Received: campaign_id={campaign_id!r}, without a model."
            )
        folder = ModelFolder(Path(version.path))
        if not folder.exists():
            raise ValueError(
                "The files of the model should be where they were written; "
                "put them back, or roll back to another version. Received: "
                f"version {version.version} of {campaign_id!r}, which is not "
                f"in {version.path!r}."
            )
        descends = folder.report().general_version
        if descends != self.general.version:
            raise ValueError(
                "The users are encoded for another general model than the "
                "campaign's model descends from; customise it anew. Received: "
                f"campaign_id={campaign_id!r}, general model {descends!r}, "
                f"now {self.general.version!r}."
            )
        return version, folder

    def register(
        self,
        campaign_id: str,
        folder: ModelFolder,
        report: VersionReport,
        training_set: int | None,
        parent: ModelVersion | None = None,
    ) -> ModelVersion:
        """Makes a version the one in use, unless it is.

        Args:
            campaign_id: The campaign.
            folder: Its files.
            report: How it came to be.
            training_set: Version of the training set.
            parent: The version it was trained on from.
        """
        version = self.store.add_model(
            campaign_id,
            folder.path,
            metrics=report.metrics(),
            parent=parent,
            training_set=training_set,
        )
        current = self.store.current_model(campaign_id)
        if current is None or current.version != version.version:
            # It was made before, and has been left for another one since.
            return self.store.roll_back(campaign_id, to=version.version)
        return version


def file_name(campaign_id: str) -> str:
    """Returns a campaign's id as the name of a folder, whatever is in it.

    Args:
        campaign_id: The id. The name of a long one ends in what tells it from
            all others.

    Example:

    >>> file_name("spring/1")
    'spring%2F1'
    """
    quoted = urllib.parse.quote(campaign_id, safe="").replace(".", "%2E")
    if len(quoted) <= _LONGEST_NAME:
        return quoted
    return f"{quoted[:_SHORTENED_NAME]}-{fingerprint(campaign_id)}"
