"""What came of customising a model."""

import dataclasses

import numpy as np

from tfmtl.audience import held_out
from tfmtl.audience.samples import Samples
from tfmtl.audience.seed_rows import SeedRows
from tfmtl.estimate import Estimate

LIFT_SHARE = 0.05
_FEW_SEEDS = 100


@dataclasses.dataclass(frozen=True)
class FitReport:
    """What `AudienceExpander.fit` learned from, and how good it got.

    Args:
        num_seeds: Seeds that the model was trained on.
        num_negatives: Users drawn from the pool to tell them from.
        num_held_out: Seeds kept apart to judge by.
        unknown_seeds: Seeds left out, as the pool does not know them.
        excluded_seeds: Seeds left out, as they are to be excluded.
        losses: Loss of each epoch.
        auc: Chance that a held-out seed is ranked above another user; None
            if no seed was held out.
        lift: How many times more held-out seeds than at random are among the
            best `lift_share` of the pool; None if no seed was held out.
        lift_share: That share.
        warnings: What to be careful about.

    Example:

        report = expander.fit(seeds, pool).report_
        print(f"{report.lift} times as many as at random")
    """

    num_seeds: int
    num_negatives: int
    num_held_out: int
    unknown_seeds: int
    excluded_seeds: int
    losses: tuple[float, ...]
    auc: Estimate | None
    lift: Estimate | None
    lift_share: float
    warnings: tuple[str, ...]


def report_of(
    found: SeedRows,
    samples: Samples,
    losses: tuple[float, ...],
    held_out_scores: tuple[np.ndarray, np.ndarray],
) -> FitReport:
    """Returns the report of a model that has been customised.

    Args:
        found: The seeds in the pool.
        samples: What was learned from and judged by.
        losses: Loss of each epoch.
        held_out_scores: Scores of held-out seeds, and of other users.
    """
    auc = lift = None
    if len(samples.held_out_seeds):
        auc = held_out.auc(*held_out_scores)
        lift = held_out.lift(*held_out_scores, LIFT_SHARE)
    return FitReport(
        num_seeds=len(samples.seeds),
        num_negatives=len(samples.negatives),
        num_held_out=len(samples.held_out_seeds),
        unknown_seeds=found.unknown,
        excluded_seeds=found.excluded,
        losses=losses,
        auc=auc,
        lift=lift,
        lift_share=LIFT_SHARE,
        warnings=warnings_of(len(found.rows), auc),
    )


def warnings_of(seeds: int, auc: Estimate | None) -> tuple[str, ...]:
    """Returns what to be careful about.

    Args:
        seeds: Seeds learned from and held out.
        auc: Chance that a held-out one is ranked above another user.
    """
    messages = []
    if seeds < _FEW_SEEDS:
        messages.append(
            f"{seeds} seeds are few: what is learned from them, and said of "
            f"it, is uncertain. {_FEW_SEEDS} or more would be better."
        )
    if auc is not None and 0.5 in auc:
        messages.append(
            "The seeds do not differ from the pool as far as the model can "
            f"tell: the AUC of held-out seeds is {auc}. Either there is no "
            "difference, or it takes more seeds or epochs to learn."
        )
    elif auc is not None and auc.high < 0.5:
        messages.append(
            "The model ranks the seeds below the pool: the AUC of held-out "
            f"seeds is {auc}. Look at the features, or train for longer."
        )
    return tuple(messages)
