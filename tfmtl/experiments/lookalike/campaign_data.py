"""Campaigns to learn from, to choose by, and to be tested on."""

import dataclasses
from collections.abc import Mapping

import numpy as np

from tfmtl.experiments.lookalike.campaign import Campaign
from tfmtl.experiments.lookalike.campaign_scores import GROUPS
from tfmtl.experiments.lookalike.campaign_scores import METRICS
from tfmtl.experiments.lookalike.campaign_scores import POOLED
from tfmtl.experiments.lookalike.population import Population
from tfmtl.experiments.protocol_data import ProtocolData
from tfmtl.tasks import BinaryTask

TASK = BinaryTask("responds")

_TRAINING = """\
General models: one epoch over the campaigns of train, or as many steps of
meta-learning, each of which reads several times the rows of a mini-batch;
LazyAdam with learning rate {rates}, batches of {batch_size:,}.
Customising: at most {epochs} epochs over a campaign's rows. The learning rate
(or what a method has in its place) and the number of epochs of customising,
one for all campaigns, are chosen on the campaigns of dev by their mean AUC;
the campaigns of test are served once, by what was chosen. `small` and `large`
are test campaigns by their number of seeds; `auc`, `precision_at_5` and
`recall_at_5` are means over the campaigns, `auc_pooled` is of all their
candidates together."""


@dataclasses.dataclass(frozen=True, eq=False)
class CampaignData(ProtocolData):
    """Campaigns of one population in three parts, each campaign in one.

    General models learn from the campaigns of `train`, all of their rows.
    Learning rates and numbers of epochs are chosen on those of `dev`, as the
    campaigns of `test` will be served: customised to the one part of the
    users, and judged by the other.

    Args:
        population: The users.
        train: Campaigns to learn from.
        dev: Campaigns to choose by.
        test: Campaigns to judge by.
        description: What the campaigns are and how they were divided.
        best: Test metrics of the true probabilities, where these are known.
        most_seeds: Number of seeds up to which a seed set of the test is
            small; None for the median one.

    Raises:
        ValueError: If a part has fewer than two campaigns, or all seed sets
            of the test are small, or none.
    """

    population: Population
    train: tuple[Campaign, ...]
    dev: tuple[Campaign, ...]
    test: tuple[Campaign, ...]
    description: str
    best: Mapping[str, float] = dataclasses.field(default_factory=dict)
    most_seeds: float | None = None

    def __post_init__(self) -> None:
        sizes = {name: len(part) for name, part in self.parts.items()}
        if min(sizes.values()) < 2:
            raise ValueError(
                "Every part should have two campaigns or more; ask for more "
                f"campaigns. Received: {sizes}."
            )
        seeds = [each.request.num_seeds for each in self.test]
        if not min(seeds) <= self._border < max(seeds):
            raise ValueError(
                "`most_seeds`, the median unless it is given, should part the "
                "campaigns of the test in two groups. Received: "
                f"most_seeds={self.most_seeds!r}, with {min(seeds)} to "
                f"{max(seeds)} seeds, median {np.median(seeds):g}."
            )

    @property
    def _border(self) -> float:
        """The most seeds of a small set."""
        if self.most_seeds is not None:
            return self.most_seeds
        return float(np.median([each.request.num_seeds for each in self.test]))

    @property
    def parts(self) -> dict[str, tuple[Campaign, ...]]:
        """The parts by name."""
        return {"train": self.train, "dev": self.dev, "test": self.test}

    @property
    def metric_names(self) -> list[str]:
        """Names of the columns that there are for each group."""
        return [*METRICS, POOLED]

    def summary(self) -> dict[str, object]:
        """Returns what a reader of results should know of the data."""
        seeds = np.array([each.request.num_seeds for each in self.test])
        border = (
            f"{'the median, ' if self.most_seeds is None else ''}"
            f"{self._border:g}"
        )
        campaigns = ", ".join(f"{n} {len(p)}" for n, p in self.parts.items())
        return {
            "description": (
                f"{self.description}. Campaigns: {campaigns}. Those of the "
                f"test have {seeds.min()} to {seeds.max()} seeds; "
                f"{GROUPS[0]} are those with no more than {border}"
            ),
            "training": _TRAINING,
            "features": len(self.population.features),
            "tasks": [TASK.name],
            "rows": {n: sum(map(_rows, p)) for n, p in self.parts.items()},
            "positives": {
                name: {TASK.name: sum(map(_positives, part))}
                for name, part in self.parts.items()
            },
        }


def _rows(campaign: Campaign) -> int:
    return len(campaign.request.labels) + len(campaign.truth)


def _positives(campaign: Campaign) -> int:
    return campaign.request.num_seeds + int(campaign.truth.sum())
