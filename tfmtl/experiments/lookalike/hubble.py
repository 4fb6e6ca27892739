"""Look-alikes by vectors of a graph, after Hubble."""

import dataclasses

from tfmtl.experiments.lookalike.campaign_contender import CampaignContender
from tfmtl.experiments.lookalike.campaign_data import TASK
from tfmtl.experiments.lookalike.disentangled_layer import DisentangledLayer
from tfmtl.experiments.lookalike.graph_network import GraphNetwork
from tfmtl.experiments.lookalike.mean_layer import MeanLayer
from tfmtl.experiments.lookalike.networks import UNITS
from tfmtl.experiments.lookalike.past_campaigns import PastCampaigns
from tfmtl.experiments.lookalike.tuned_ranker import TunedRanker
from tfmtl.experiments.settings import Settings
from tfmtl.features import NUMBERS
from tfmtl.features import NumericFeature
from tfmtl.models import SingleTask


@dataclasses.dataclass(frozen=True)
class Hubble(CampaignContender):
    """Vectors of a graph of users and campaigns, and an MLP for each campaign.

    A reconstruction: the paper's text is known in part. Offline a
    `GraphNetwork` learns to predict who has responded to which past campaign;
    online an MLP from nothing is trained on the users' vectors, which stay as
    they are. The paper's distillation is left out.

    Args:
        name: What it is called in the table.
        disentangled: Whether layers are `DisentangledLayer`; else they are
            `MeanLayer`.
        depth: Number of graph layers.
        vector_units: Width of the users' vectors.
        tuning_rate: Learning rate of the MLP.
        units: Widths of the MLP's layers.

    Reference:
        [Zhuang et al., 2020](https://doi.org/10.1145/3340531.3412775).
    """

    disentangled: bool = True
    depth: int = 2
    vector_units: int = 32
    tuning_rate: float = 3e-3
    units: tuple[int, ...] = UNITS

    def learn(
        self,
        past: PastCampaigns,
        value: float,
        *,
        settings: Settings,
        seed: int,
    ) -> TunedRanker:
        """Trains the graph network, and takes the users' vectors from it."""
        layer = DisentangledLayer if self.disentangled else MeanLayer
        network = GraphNetwork(
            past, self.vector_units, [layer] * self.depth, seed
        )
        network.predict_edges(value, settings.batch_size)
        vectors = network.user_vectors()
        features = [
            NumericFeature(f"vector_{place}")
            for place in range(self.vector_units)
        ]
        return TunedRanker(
            SingleTask(features, [TASK], tower_units=self.units, seed=seed),
            lambda request, users: {NUMBERS: vectors[users]},
            learning_rate=self.tuning_rate,
            batch_size=settings.batch_size,
            seed=seed,
        )
