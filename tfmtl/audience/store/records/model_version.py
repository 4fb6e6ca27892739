"""A version of a model as the store knows it."""

import dataclasses
import datetime
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True)
class ModelVersion:
    """A trained model, of a campaign or the general one.

    Args:
        model_id: Number that no other model of the store has.
        campaign_id: The campaign; None for the general model.
        version: Its version, from 1 on.
        path: Where it lies.
        metrics: Its metrics by name.
        parent: `model_id` of the model it was trained on from; None if it
            started anew.
        training_set: Version of the training set it learned from, if any.
        is_rolled_back: Whether it was rolled back.
        created_at: When it was added, UTC.

    Example:

    >>> store = tfmtl.audience.CampaignStore("sqlite://")
    >>> general = store.add_model(None, "models/1", metrics={"auc": 0.7})
    >>> general.version, general.metrics["auc"]
    (1, 0.7)
    """

    model_id: int
    campaign_id: str | None
    version: int
    path: str
    metrics: Mapping[str, float]
    parent: int | None
    training_set: int | None
    is_rolled_back: bool
    created_at: datetime.datetime
