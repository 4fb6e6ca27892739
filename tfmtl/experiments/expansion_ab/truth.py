"""What an arm would show if there were no chance in it."""

import numpy as np

from tfmtl.experiments.expansion_ab.world import World


def true_values(
    world: World, chosen: np.ndarray, days: int
) -> dict[str, float]:
    """Returns the metrics as they are expected of some users.

    With chance `v` of a visit on a day and `p` of a conversion, over the
    choices (campaign, user):

        exposures per choice   = days * mean(v)
        conversions per choice = days * mean(v p)
        ratio of sums          = sum(v p) / sum(v)
        mean of ratios         = mean of p over the users who are exposed

    where a user with several choices has the mean of their `p`, and is
    exposed at all with the chance `1 - (1 - v) ** (days * choices)`.

    Args:
        world: The population.
        chosen: `(campaigns, users)` bool: whom the model would choose, were
            everyone in its arm.
        days: Number of days.

    Returns:
        Name of the metric to its value, as `metrics.METRICS` has them.
    """
    choices = chosen.sum(axis=0)
    converting = (chosen * world.chances.astype(np.float64)).sum(axis=0)
    visits = world.visits @ choices
    conversions = world.visits @ converting
    is_in = choices > 0
    mean = converting[is_in] / choices[is_in]
    seen = 1 - (1 - world.visits[is_in]) ** (days * choices[is_in])
    return {
        "exposures": float(days * visits / choices.sum()),
        "conversions": float(days * conversions / choices.sum()),
        "cvr": float(conversions / visits),
        "mean_cvr": float(mean @ seen / seen.sum()),
    }
