"""What is cut out of a table of daily facts."""

import dataclasses
from collections.abc import Sequence

ADVERTISER = "advertiser_id"
SCENARIO = "scenario"
DAY = "day"
ANCHOR = "anchor"
MASK = "mask"
KEYS = (ADVERTISER, SCENARIO, DAY)
_HISTORY = "history_{}"


@dataclasses.dataclass(frozen=True)
class WindowSpec:
    """Which facts are read for how long, and what is to be forecast.

    An anchor is the last day that is known. Its sample has the `history` days
    up to and with it, and as labels the sums over the `ahead` days after it.

    Args:
        targets: Columns of the facts whose sums are forecast; each is a task.
        facts: Columns of the facts that have a history: the targets, and
            whatever else is known of a day. None for the targets alone.
        active_days: Name of one more task, the number of days ahead on which
            any target is above 0; None to do without.
        history: Days of history.
        ahead: Days that are forecast.

    Raises:
        ValueError: If there is no target, a target has no history, a name is
            there twice or taken, or a length is not positive.

    Example:

    >>> spec = WindowSpec(["clicks", "sales"])
    >>> spec.tasks
    ('clicks', 'sales', 'active_days')
    >>> spec.histories
    ('history_clicks', 'history_sales')
    """

    targets: Sequence[str]
    facts: Sequence[str] | None = None
    active_days: str | None = "active_days"
    history: int = 40
    ahead: int = 7

    def __post_init__(self) -> None:
        targets = tuple(self.targets)
        facts = targets if self.facts is None else tuple(self.facts)
        object.__setattr__(self, "targets", targets)
        object.__setattr__(self, "facts", facts)
        strangers = [name for name in targets if name not in facts]
        if not targets or strangers:
            raise ValueError(
                "There should be one target or more, all of them among the "
                "facts: their past tells most of their future. "
                f"Received: targets={targets}, facts={facts}."
            )
        names = [*KEYS, ANCHOR, MASK, *facts, *self.tasks[len(targets) :]]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated or len(set(targets)) < len(targets):
            raise ValueError(
                "Every fact and task should have a name of its own, other than "
                f"{(*KEYS, ANCHOR, MASK)}. Received: facts={facts}, "
                f"targets={targets}, active_days={self.active_days!r}."
            )
        if min(self.history, self.ahead) < 1:
            raise ValueError(
                "`history` and `ahead` should be one day or more. Received: "
                f"history={self.history}, ahead={self.ahead}."
            )

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of the tasks, which are the names of the labels."""
        more = () if self.active_days is None else (self.active_days,)
        return (*self.targets, *more)

    @property
    def histories(self) -> tuple[str, ...]:
        """Names of the histories in a sample, in the order of the facts."""
        return tuple(map(history_of, self.facts or ()))


def history_of(fact: str) -> str:
    """Returns the name of a fact's history in a sample."""
    return _HISTORY.format(fact)
