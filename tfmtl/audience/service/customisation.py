"""How campaigns are customised."""

import dataclasses

from tfmtl.audience.fine_tuning import FineTuning
from tfmtl.audience.samples import check_settings
from tfmtl.layers.sizes import check_sizes


@dataclasses.dataclass(frozen=True)
class Customisation:
    """How the models of campaigns are made, and when an update is refused.

    Args:
        fine_tuning: How a copy of the general model is trained. With
            `adapt=tfmtl.training.heads` the experts' view of the users is
            the same for all campaigns; it is computed once and kept, and an
            audience costs a small part of what it does otherwise.
        ratio: How many other users a training set has for each seed.
        held_out: Share of the seeds that no model is trained on, but judged
            by; above 0.
        min_seeds: The least number of seeds.
        min_known: The least share of the seeds that the user base knows.
        max_drop: How much lower the AUC of held-out seeds may be after an
            increment than before. One that drops by more is refused.
        keep_optimizer: Whether an increment goes on with the state of the
            optimizer that the model was left with, or starts it anew. If
            `fine_tuning` adapts some weights only, it starts anew in any
            case.
        seed: Int that makes the draws repeatable.

    Raises:
        ValueError: If a number is out of range.

    Example:

    >>> tuning = tfmtl.audience.FineTuning(adapt=tfmtl.training.heads)
    >>> tfmtl.audience.Customisation(tuning, ratio=20).max_drop
    0.02
    """

    fine_tuning: FineTuning = FineTuning()
    ratio: int = 10
    held_out: float = 0.2
    min_seeds: int = 20
    min_known: float = 1.0
    max_drop: float = 0.02
    keep_optimizer: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        check_sizes(ratio=self.ratio)
        check_settings(
            self.ratio, self.held_out, self.min_seeds, self.min_known
        )
        if not self.held_out or not 0 <= self.max_drop < 1:
            raise ValueError(
                "`held_out` should be above 0, as updates are judged by it, "
                "and `max_drop` from 0 to below 1. Received: held_out="
                f"{self.held_out!r}, max_drop={self.max_drop!r}."
            )
