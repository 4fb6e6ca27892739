"""Versions of the models, and the audiences that they chose."""

import os
from collections.abc import Mapping

import sqlalchemy as sa

from tfmtl.audience.store.plain import plain
from tfmtl.audience.store.records.model_version import ModelVersion
from tfmtl.audience.store.store_part import StorePart
from tfmtl.audience.store.store_part import check_campaign
from tfmtl.audience.store.store_part import lock_campaign
from tfmtl.audience.store.store_part import locked_setting
from tfmtl.audience.store.tables import MODEL


class Models(StorePart):
    """Models of the campaigns, and the general one, version by version."""

    def add_model(
        self,
        campaign_id: str | None,
        path: str | os.PathLike[str],
        *,
        metrics: Mapping[str, float] | None = None,
        parent: ModelVersion | None = None,
        training_set: int | None = None,
    ) -> ModelVersion:
        """Adds a version of a model, which becomes the current one.

        The same path again changes nothing, so that a job that was killed
        may be done again.

        Args:
            campaign_id: The campaign; None for the general model.
            path: Where the model lies.
            metrics: Its metrics by name.
            parent: The model it was trained on from, if any.
            training_set: Version of the training set it learned from, if any.

        Returns:
            The version; that of the first time if the path is known.

        Raises:
            UnknownCampaignError: If there is no such campaign.
        """
        values = {
            "campaign_id": campaign_id,
            "path": os.fspath(path),
            "metrics": plain("metrics", metrics),
            "parent": None if parent is None else parent.model_id,
            "training_set": training_set,
            "is_rolled_back": False,
            "created_at": self._now(),
        }
        with self._database.writing() as connection:
            _lock(connection, campaign_id)
            models = _models(connection, campaign_id)
            for model in models:
                if model.path == values["path"]:
                    return model
            version = max((m.version for m in models), default=0) + 1
            connection.execute(
                sa.insert(MODEL).values(version=version, **values)
            )
            return _models(connection, campaign_id)[-1]

    def models(self, campaign_id: str | None) -> list[ModelVersion]:
        """Returns all versions of a model, the oldest first.

        Args:
            campaign_id: The campaign; None for the general model.

        Raises:
            UnknownCampaignError: If there is no such campaign.
        """
        with self._database.reading() as connection:
            if campaign_id is not None:
                check_campaign(connection, campaign_id)
            return _models(connection, campaign_id)

    def current_model(self, campaign_id: str | None) -> ModelVersion | None:
        """Returns the last version that was not rolled back, if any.

        Args:
            campaign_id: The campaign; None for the general model.

        Raises:
            UnknownCampaignError: If there is no such campaign.
        """
        kept = [m for m in self.models(campaign_id) if not m.is_rolled_back]
        return kept[-1] if kept else None

    def roll_back(
        self, campaign_id: str | None, to: int | None = None
    ) -> ModelVersion:
        """Makes an earlier version of a model the current one again.

        Args:
            campaign_id: The campaign; None for the general model.
            to: The version. Defaults to the last one before the current one
                that was not rolled back itself.

        Returns:
            The version that is the current one now.

        Raises:
            ValueError: If there is no such version.
        """
        with self._database.writing() as connection:
            _lock(connection, campaign_id)
            models = _models(connection, campaign_id)
            kept = [m.version for m in models if not m.is_rolled_back]
            known = [m.version for m in models] if to is not None else kept[:-1]
            if not known or to not in (None, *known):
                raise ValueError(
                    "There should be a version to go back to. Received: "
                    f"to={to!r}, versions {[m.version for m in models]}, of "
                    f"which {kept} are not rolled back; "
                    f"campaign_id={campaign_id!r}."
                )
            version = known[-1] if to is None else to
            connection.execute(
                sa.update(MODEL)
                .where(_is_of(campaign_id), MODEL.c.version >= version)
                .values(is_rolled_back=MODEL.c.version > version)
            )
            models = _models(connection, campaign_id)
        return next(m for m in models if m.version == version)


def _lock(connection: sa.Connection, campaign_id: str | None) -> None:
    if campaign_id is None:
        locked_setting(connection, "general_model")
    else:
        lock_campaign(connection, campaign_id)


def _is_of(campaign_id: str | None) -> sa.ColumnElement[bool]:
    return MODEL.c.campaign_id.is_not_distinct_from(campaign_id)


def _models(
    connection: sa.Connection, campaign_id: str | None
) -> list[ModelVersion]:
    query = (
        sa.select(MODEL).where(_is_of(campaign_id)).order_by(MODEL.c.version)
    )
    return [ModelVersion(**row._mapping) for row in connection.execute(query)]
