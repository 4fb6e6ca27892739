"""What can be compared on campaigns."""

import abc
import dataclasses
import itertools
import json
import time
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

import keras
import numpy as np

from tfmtl.experiments.entrant import Entrant
from tfmtl.experiments.lookalike import campaign_pictures
from tfmtl.experiments.lookalike.campaign import Campaign
from tfmtl.experiments.lookalike.campaign_data import CampaignData
from tfmtl.experiments.lookalike.campaign_scores import column_scores
from tfmtl.experiments.lookalike.campaign_scores import mean_auc
from tfmtl.experiments.lookalike.past_campaigns import PastCampaigns
from tfmtl.experiments.lookalike.ranker import Ranker
from tfmtl.experiments.protocol_data import ProtocolData
from tfmtl.experiments.run import Run
from tfmtl.experiments.settings import Settings


class Choice(NamedTuple):
    """One point of what is tried on dev.

    Args:
        value: Learning rate, or what takes its place.
        ranker: What came of it.
        aucs: Mean AUC on dev after each epoch of customising.
    """

    value: float
    ranker: Ranker
    aucs: list[float]


@dataclasses.dataclass(frozen=True)
class CampaignContender(Entrant):
    """One row of a table of methods that find users for campaigns.

    What is tried, and after which epoch customising ends, is chosen by the
    mean AUC of the campaigns of dev; the campaigns of test are served once,
    in the same way, by what was chosen.

    Args:
        name: What it is called there.
    """

    @abc.abstractmethod
    def learn(
        self,
        past: PastCampaigns,
        value: float,
        *,
        settings: Settings,
        seed: int,
    ) -> Ranker:
        """Learns from past campaigns what helps with a new one.

        Args:
            past: The campaigns to learn from.
            value: One of `choices`.
            settings: What training has in common for all.
            seed: Seed of weights, order of the rows and draws.
        """

    @property
    def choice_name(self) -> str:
        """What `choices` are."""
        return "learning_rate"

    def choices(self, settings: Settings) -> Sequence[float]:
        """Returns what is tried on dev.

        Args:
            settings: What training has in common for all.
        """
        return settings.learning_rates

    def check_data(self, data: ProtocolData) -> None:
        """Raises `ValueError` if these are no campaigns."""
        _campaigns_of(data)

    def run(
        self, data: ProtocolData, *, preset: str, settings: Settings, seed: int
    ) -> Run:
        """Learns from train, chooses by dev, and serves test."""
        data = _campaigns_of(data)
        start, cpu_start = time.monotonic(), time.process_time()
        past = PastCampaigns(data.population, data.train)
        best = max(
            (
                self._try(past, data.dev, value, settings, seed)
                for value in self.choices(settings)
            ),
            key=lambda choice: max(choice.aucs),
        )
        epochs = int(np.argmax(best.aucs)) + 1
        rankings = [after(best.ranker, each, epochs)[-1] for each in data.test]
        is_rate = self.choice_name == "learning_rate"
        chosen = {} if is_rate else {self.choice_name: best.value}
        return Run(
            model=self.name,
            seed=seed,
            data=preset,
            metrics={
                "dev": {"auc": max(best.aucs)},
                "test": column_scores(data.test, rankings, data.most_seeds),
            },
            history={"dev_auc": best.aucs},
            learning_rate=best.value if is_rate else None,
            options={**chosen, "epochs": epochs},
            seconds=time.monotonic() - start,
            cpu_seconds=time.process_time() - cpu_start,
            pictures=campaign_pictures.of_ranker(best.ranker, data, rankings),
            best=dict(data.best),
        )

    def config(self) -> dict[str, Any]:
        """Returns what the contender is, as it stands in a protocol file."""
        fields = dataclasses.fields(self)
        options = {f.name: getattr(self, f.name) for f in fields[1:]}
        return {
            "name": self.name,
            "method": type(self).__name__,
            "options": json.loads(json.dumps(options)),
        }

    def _try(
        self,
        past: PastCampaigns,
        dev: Sequence[Campaign],
        value: float,
        settings: Settings,
        seed: int,
    ) -> Choice:
        keras.utils.clear_session()
        keras.utils.set_random_seed(seed)
        ranker = self.learn(past, value, settings=settings, seed=seed)
        each = [after(ranker, campaign, settings.epochs) for campaign in dev]
        aucs = [mean_auc(dev, rankings) for rankings in zip(*each, strict=True)]
        return Choice(value, ranker, aucs)


def after(ranker: Ranker, campaign: Campaign, epochs: int) -> list[np.ndarray]:
    """Returns the scores of a campaign's candidates after each epoch.

    Args:
        ranker: What ranks them.
        campaign: The campaign; its outcome is not looked at.
        epochs: The most epochs.
    """
    return list(itertools.islice(ranker.epochs(campaign.request), epochs))


def _campaigns_of(data: ProtocolData) -> CampaignData:
    if not isinstance(data, CampaignData):
        raise ValueError(
            "It serves campaigns; take data such as `--data "
            "synthetic_campaigns` or complete_journey_campaigns. "
            f"Received: {type(data).__name__}."
        )
    return data
