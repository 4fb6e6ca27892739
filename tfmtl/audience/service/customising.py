"""Makes the first version of a campaign's model, or a fresh one."""

import time
import warnings
from collections.abc import Mapping
from typing import Any
from typing import NamedTuple

import numpy as np
import pandas as pd

from tfmtl.audience.audience_expander import AudienceExpander
from tfmtl.audience.service.desk import Desk
from tfmtl.audience.service.fingerprint import described
from tfmtl.audience.service.fingerprint import fingerprint
from tfmtl.audience.service.held_out_users import HeldOutUsers
from tfmtl.audience.service.step import Step
from tfmtl.audience.service.step import Watch
from tfmtl.audience.service.user_rows import rows_of
from tfmtl.audience.service.version_report import VersionReport
from tfmtl.audience.store import TrainingSet


def customise(desk: Desk, campaign_id: str, watch: Watch) -> VersionReport:
    """Customises the general model to a campaign and registers the version.

    A version is named by all that it is made of. If a process was killed when
    it had been written, the next one finds it and goes on from there.

    Args:
        desk: What is worked with.
        campaign_id: The campaign.
        watch: Told of what is being done.

    Raises:
        ValueError: If the seeds cannot be learned from.
    """
    start = time.monotonic()
    campaign = desk.campaign(campaign_id)
    watch(Step("drawing the training set"))
    training_set, others = desk.training_set(campaign_id)
    part = desk.held_out_part(campaign_id)
    held_out = training_set.seeds[part.holds(training_set.seeds)]
    opted_out = np.sort(desk.store.opted_out())
    settings = desk.settings
    folder = desk.folder_of(
        campaign_id,
        fingerprint(
            desk.general.version,
            desk.users_version,
            campaign,
            training_set.seeds,
            training_set.negatives,
            held_out,
            others,
            opted_out,
            described(settings.fine_tuning),
            settings.seed,
        ),
    )
    if not folder.exists():
        samples = _Samples(campaign, training_set, held_out, others, opted_out)
        expander = _fitted(desk, samples, watch)
        watch(Step("saving the model"))
        folder.write(
            expander.model_,
            VersionReport(
                "customised",
                expander.report_,
                desk.general.version,
                time.monotonic() - start,
            ),
            _held_out(expander),
            _rows(training_set, expander.held_out_ids_[0]),
        )
    report = folder.report()
    watch(Step("registering the version"))
    desk.register(campaign_id, folder, report, training_set.version)
    return report


class _Samples(NamedTuple):
    """Whom to learn from, and whom to judge by."""

    campaign: Mapping[str, Any]
    training_set: TrainingSet
    held_out: np.ndarray
    others: np.ndarray
    opted_out: np.ndarray


def _fitted(desk: Desk, samples: _Samples, watch: Watch) -> AudienceExpander:
    """Returns an expander that knows these users and nobody else."""
    settings, training_set = desk.settings, samples.training_set
    pool = rows_of(
        desk.users,
        np.concatenate(
            [training_set.seeds, training_set.negatives, samples.others]
        ),
        desk.user_features,
        watch,
    )
    watch(Step("training"))
    expander = AudienceExpander(
        desk.general.model,
        fine_tuning=desk.tuning.watched_by(watch),
        id_column=desk.users.id_column,
        negatives_per_seed=settings.ratio,
        held_out=settings.held_out,
        min_seeds=settings.min_seeds,
        min_known=settings.min_known,
        seed=settings.seed,
    )
    with warnings.catch_warnings():
        # They are in the report, for whoever reads that.
        warnings.simplefilter("ignore", UserWarning)
        return expander.fit(
            training_set.seeds,
            pool,
            samples.campaign,
            exclude=samples.opted_out,
            negatives=training_set.negatives,
            held_out_seeds=samples.held_out,
        )


def _held_out(expander: AudienceExpander) -> HeldOutUsers:
    seeds, others = expander.held_out_ids_
    return HeldOutUsers(
        np.concatenate([seeds, others]),
        np.arange(len(seeds) + len(others)) < len(seeds),
        np.concatenate(expander.held_out_scores_),
    )


def _rows(
    training_set: TrainingSet, held_out_seeds: np.ndarray
) -> pd.DataFrame:
    seeds = np.setdiff1d(training_set.seeds, held_out_seeds)
    ids = np.concatenate([seeds, training_set.negatives])
    return pd.DataFrame(
        {"user_id": ids, "label": np.arange(len(ids)) < len(seeds)}
    )
