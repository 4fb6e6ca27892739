"""Goes on with a campaign's model when there is feedback."""

import dataclasses
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import NamedTuple

import numpy as np
import pandas as pd

from tfmtl.audience.fit_report import LIFT_SHARE
from tfmtl.audience.fit_report import FitReport
from tfmtl.audience.fit_report import warnings_of
from tfmtl.audience.only_task import only_task
from tfmtl.audience.scoring import scores_of
from tfmtl.audience.service.desk import Desk
from tfmtl.audience.service.fingerprint import described
from tfmtl.audience.service.fingerprint import fingerprint
from tfmtl.audience.service.held_out_users import HeldOutUsers
from tfmtl.audience.service.increment import Increment
from tfmtl.audience.service.kept_optimizer import KeptOptimizer
from tfmtl.audience.service.model_folder import ModelFolder
from tfmtl.audience.service.step import Step
from tfmtl.audience.service.step import Watch
from tfmtl.audience.service.user_rows import rows_of
from tfmtl.audience.service.version_report import VersionReport
from tfmtl.audience.user_table import UserTable
from tfmtl.estimate import Estimate

_ROLLED_BACK = (
    "There is no feedback that is new since an update on it was rolled back."
)


def increment(desk: Desk, campaign_id: str, watch: Watch) -> Increment:
    """Trains the current version on, with new feedback beside the old rows.

    Who converted is learned as a seed, and who was shown the campaign and did
    not is no longer a guess but known to be none, both when the window is
    over: until then only conversions are known. What the version before has
    learned from is learned again beside it, so that it is not forgotten.
    The held-out seeds stay held out.

    Args:
        desk: What is worked with.
        campaign_id: The campaign.
        watch: Told of what is being done.

    Raises:
        ValueError: If the campaign has no version, or one that descends from
            another general model.
    """
    start = time.monotonic()
    version, before = desk.current(campaign_id)
    watch(Step("reading the feedback"))
    feedback = desk.feedback(campaign_id)
    converted = desk.converted(campaign_id)
    judged = before.held_out().without(converted)
    old = before.rows()
    rows, new = _joined(
        # Whoever has converted is not taken for another any longer.
        old[old["label"] | ~old["user_id"].isin(converted)],
        feedback,
        np.concatenate([judged.ids, desk.store.opted_out()]),
    )
    if not new:
        return Increment(0, reason="There is no feedback that is new.")
    after = desk.folder_of(campaign_id, _name(desk, before, rows))
    if _is_rolled_back(desk, campaign_id, after):
        return Increment(new, reason=_ROLLED_BACK)
    if not after.exists():
        update = _trained(desk, campaign_id, before, rows, judged, watch)
        aucs = update.before.auc(), update.after.auc()
        drop = aucs[0].value - aucs[1].value
        if not drop <= desk.settings.max_drop:
            return Increment(new, *aucs, reason=_refusal(desk, aucs, version))
        watch(Step("saving the model"))
        after.write(
            update.model,
            VersionReport(
                "incremented",
                _fit_report(rows, update),
                desk.general.version,
                time.monotonic() - start,
                feedback_rows=len(feedback),
                auc_before=aucs[0],
            ),
            update.after,
            rows,
        )
    report = after.report()
    watch(Step("registering the version"))
    desk.register(campaign_id, after, report, version.training_set, version)
    return Increment(new, report.auc_before, report.fit.auc, report)


def _is_rolled_back(desk: Desk, campaign_id: str, folder: ModelFolder) -> bool:
    return any(
        version.is_rolled_back and Path(version.path) == folder.path
        for version in desk.store.models(campaign_id)
    )


def _joined(
    old: pd.DataFrame, feedback: pd.DataFrame, apart: np.ndarray
) -> tuple[pd.DataFrame, int]:
    """Returns whom to learn from, and how many of them are news.

    Args:
        old: Rows that the version before has learned from.
        feedback: Who was shown the campaign, and who converted.
        apart: Ids of users not to learn from.
    """
    news = feedback.merge(old, "left", "user_id", suffixes=("", "_before"))
    # A seed stays one: that it did not convert this time proves little.
    news = news[news["label_before"].astype(object) != True]  # noqa: E712
    news = news[~news["user_id"].isin(apart)]
    is_new = news["label_before"].isna() | news["label"]
    kept = old[~old["user_id"].isin(news["user_id"])]
    rows = pd.concat([kept, news[["user_id", "label"]]], ignore_index=True)
    rows = rows[~rows["user_id"].isin(apart)].reset_index(drop=True)
    return rows, int(is_new.sum())


def _name(desk: Desk, before: ModelFolder, rows: pd.DataFrame) -> str:
    return fingerprint(
        before.path.name,
        desk.users_version,
        rows["user_id"].to_numpy(),
        rows["label"].to_numpy(),
        described(desk.settings.fine_tuning),
        [desk.settings.keep_optimizer, desk.settings.seed],
    )


class _Update(NamedTuple):
    """A model that was trained on, and what both versions say."""

    model: Any
    losses: tuple[float, ...]
    before: HeldOutUsers
    after: HeldOutUsers


def _trained(
    desk: Desk,
    campaign_id: str,
    before: ModelFolder,
    rows: pd.DataFrame,
    judged: HeldOutUsers,
    watch: Watch,
) -> _Update:
    """Trains the version on."""
    campaign, old = desk.campaign(campaign_id), before.model()
    columns = rows_of(
        desk.users,
        np.concatenate([rows["user_id"].to_numpy(), judged.ids]),
        desk.user_features,
        watch,
    )
    table = UserTable(columns, desk.users.id_column)
    tuning = desk.settings.fine_tuning
    if desk.settings.keep_optimizer:
        make = KeptOptimizer(tuning.make_optimizer, old.optimizer)
        tuning = dataclasses.replace(tuning, make_optimizer=make)
    places = table.rows_of(rows["user_id"].to_numpy(), "feedback")
    is_known = places >= 0
    watch(Step("training"))
    model, losses = desk.tuning.once(tuning, watch)(
        old,
        table.inputs(old.features, campaign, places[is_known]),
        {only_task(old): rows["label"].to_numpy()[is_known]},
        seed=desk.settings.seed,
    )
    watch(Step("judging"))
    places = table.rows_of(judged.ids, "held_out")
    scores = (scores_of(m, table, campaign, places) for m in (old, model))
    judgements = (HeldOutUsers(judged.ids, judged.is_seed, s) for s in scores)
    return _Update(model, losses, *judgements)


def _fit_report(rows: pd.DataFrame, update: _Update) -> FitReport:
    positives, judged = int(rows["label"].sum()), update.after
    num_held_out, auc = int(judged.is_seed.sum()), judged.auc()
    return FitReport(
        num_seeds=positives,
        num_negatives=len(rows) - positives,
        num_held_out=num_held_out,
        unknown_seeds=0,
        excluded_seeds=0,
        losses=update.losses,
        auc=auc,
        lift=judged.lift(LIFT_SHARE),
        lift_share=LIFT_SHARE,
        warnings=warnings_of(positives + num_held_out, auc),
    )


def _refusal(desk: Desk, aucs: Sequence[Estimate], version: Any) -> str:
    return (
        f"The update was refused, version {version.version} stays in use: the "
        f"AUC of held-out seeds would fall from {aucs[0].value:.4f} to "
        f"{aucs[1].value:.4f}, by more than {desk.settings.max_drop} "
        "(`max_drop`). Look at the feedback: are its users like those that "
        "the campaign is for?"
    )
