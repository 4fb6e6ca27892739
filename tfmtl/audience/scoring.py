"""Scores of many users, some at a time."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tfmtl.audience.user_table import UserTable

BATCH = 4096


def scores_of(
    model: Any, users: UserTable, campaign: Mapping[str, Any], rows: np.ndarray
) -> np.ndarray:
    """Returns a model's predictions for users, `(rows,)` float32.

    Args:
        model: A `MultiTaskModel` of one task.
        users: The users.
        campaign: One value for each feature of the campaign.
        rows: Rows of the users to score.

    Raises:
        ValueError: If a score is not finite.
    """
    scores = np.empty(len(rows), np.float32)
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        # Filled up: in a product of another shape sums may be rounded
        # otherwise, and users who are alike would not tie.
        filled = np.resize(part, BATCH)
        inputs = users.inputs(model.features, campaign, filled)
        (outputs,) = (
            predictions
            for name, predictions in model.predict_on_batch(inputs).items()
            if name in model.task_names
        )
        scores[start : start + BATCH] = outputs[: len(part), 0]
    check_finite(scores, users.ids[rows])
    return scores


def check_finite(scores: np.ndarray, ids: Any) -> None:
    """Refuses scores that cannot be ranked.

    Args:
        scores: `(users,)`.
        ids: Whose they are.

    Raises:
        ValueError: If one is not finite.
    """
    is_bad = ~np.isfinite(scores)
    if is_bad.any():
        first = ids[is_bad]
        raise ValueError(
            "Every user should have a finite score; look for NaN and "
            "infinite values among the numbers. "
            f"Received: {len(first)} scores that are not, first of users "
            f"{first[:5].tolist()}."
        )
