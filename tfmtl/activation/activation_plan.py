"""What is decided before anyone is chosen."""

import dataclasses
import datetime
from collections.abc import Sequence

from tfmtl.activation.budget import Budget
from tfmtl.activation.offer import Offer
from tfmtl.activation.selection import Selection

TREATMENT, CONTROL = "treatment", "control"


@dataclasses.dataclass(frozen=True)
class ActivationPlan:
    """A budget, the tasks there may be, and who gets one.

    Args:
        name: Name of the plan, another one each time. It is the name of the
            experiment by which advertisers are divided into arms.
        start: The first day of the tasks.
        budget: What may be paid.
        offers: Kinds of tasks; each advertiser gets the one that gains most
            for its reward.
        selection: Whom to consider.
        measures: Columns that outcomes will have beside the metrics of the
            offers and the active days, such as what was spent.
        control_share: Share of the advertisers who get no task, to measure
            what tasks change.

    Raises:
        ValueError: If there is no name or no offer, a metric has two offers,
            the measures are no list of names, or a number is out of range.

    Example:

    >>> plan = tfmtl.activation.ActivationPlan(
    ...     "week 12", datetime.date(2021, 3, 22),
    ...     tfmtl.activation.Budget(500_000),
    ...     [tfmtl.activation.Offer("active_days", worth=300, pay=100)])
    >>> plan.deadline
    datetime.date(2021, 3, 28)
    """

    name: str
    start: datetime.date
    budget: Budget
    offers: Sequence[Offer]
    selection: Selection = Selection()
    measures: Sequence[str] = ()
    control_share: float = 0.5

    def __post_init__(self) -> None:
        metrics = [offer.metric for offer in self.offers]
        if not metrics or len(set(metrics)) < len(metrics) or not self.name:
            raise ValueError(
                "A plan should have a name, and one offer or more, each of a "
                "metric of its own. "
                f"Received: name={self.name!r}, metrics={metrics!r}."
            )
        texts = [each for each in self.measures if isinstance(each, str)]
        if isinstance(self.measures, str) or len(texts) < len(self.measures):
            raise ValueError(
                '`measures` should list names of columns, as in ["spend"]. '
                f"Received: measures={self.measures!r}."
            )
        if not 0 < self.control_share < 1:
            raise ValueError(
                "`control_share` should be above 0 and below 1: without a "
                "control nothing can be measured. "
                f"Received: control_share={self.control_share!r}."
            )

    @property
    def deadline(self) -> datetime.date:
        """The last day of the tasks: as many as a forecast is of."""
        return self.start + datetime.timedelta(days=self.selection.days - 1)

    @property
    def shares(self) -> dict[str, float]:
        """Arm to its share of the advertisers."""
        return {
            CONTROL: self.control_share,
            TREATMENT: 1 - self.control_share,
        }

    @property
    def forecasts(self) -> list[str]:
        """Columns that the predictions should have beside the keys."""
        columns = [self.selection.forecast, self.selection.past]
        columns += [offer.metric for offer in self.offers]
        return list(dict.fromkeys(columns))

    @property
    def outcomes(self) -> list[str]:
        """Columns that outcomes should have beside the keys."""
        columns = [self.selection.forecast]
        columns += [offer.metric for offer in self.offers]
        return list(dict.fromkeys([*columns, *self.measures]))
