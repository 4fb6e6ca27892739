"""Chooses the audience of a campaign."""

from typing import Any

import numpy as np

from tfmtl.audience.retrieval import UserBase
from tfmtl.audience.retrieval import UserRepresentations
from tfmtl.audience.retrieval import encode_user_base
from tfmtl.audience.retrieval import retrieve
from tfmtl.audience.retrieval.user_representations import expert_weights
from tfmtl.audience.service.desk import Desk
from tfmtl.audience.service.desk import file_name
from tfmtl.audience.service.fingerprint import fingerprint
from tfmtl.audience.service.step import Step
from tfmtl.audience.service.step import Watch
from tfmtl.audience.store import Audience
from tfmtl.models import MetaHeac


def choose_audience(
    desk: Desk,
    campaign_id: str,
    size: int,
    watch: Watch,
    nearest: int | None = None,
) -> Audience:
    """Writes a file of the best users and registers it.

    Nobody else writes to that file: its folder is named by all that the
    audience depends on.

    Args:
        desk: What is worked with.
        campaign_id: The campaign.
        size: How many users.
        watch: Told of what is being done.
        nearest: How many users, the most like the seeds, to choose from; by
            default all.

    Raises:
        ValueError: If the campaign has no model, or there are not so many
            users left.
    """
    version, folder = desk.current(campaign_id)
    watch(Step("scoring users", total=len(desk.users)))
    model = folder.model()
    excluded = np.unique(desk.excluded(campaign_id))
    among = "" if nearest is None else f"-of-{nearest}"
    own = desk.folder / "audiences" / file_name(campaign_id)
    path = own.joinpath(
        fingerprint(
            folder.path.name, desk.users_version, excluded, size, nearest
        ),
        f"{file_name(campaign_id)}-v{version.version}-{size}{among}.csv",
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    candidates = None
    if nearest is not None:
        candidates = _representations(desk, watch).nearest(
            desk.store.seeds(campaign_id), nearest, excluded
        )
    retrieve(
        model,
        _source(desk, model, watch),
        size,
        path,
        campaign=desk.campaign(campaign_id),
        exclude=excluded,
        candidates=candidates,
        on_progress=lambda done: watch(
            Step("scoring users", done=done, total=len(desk.users))
        ),
    )
    return desk.store.add_audience(campaign_id, version.version, path, size)


def _source(
    desk: Desk, model: Any, watch: Watch
) -> UserBase | UserRepresentations:
    """Returns the users, represented by the experts if these are shared."""
    general = desk.general.model
    if isinstance(general, MetaHeac) and (
        expert_weights(model) == expert_weights(general)
    ):
        return _representations(desk, watch)
    return desk.users


def _representations(desk: Desk, watch: Watch) -> UserRepresentations:
    """Returns what the general model's experts make of all users."""
    general = desk.general.model
    # A worker that began before the users changed goes on with the former.
    name = "-".join(
        [desk.general.version, desk.users_version, expert_weights(general)]
    )
    return encode_user_base(
        general,
        desk.users,
        desk.folder / "representations" / name,
        on_progress=lambda done: watch(
            Step("encoding users", done=done, total=len(desk.users))
        ),
    )
