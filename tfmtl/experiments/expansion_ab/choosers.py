"""The models of the arms: how each ranks users for a campaign."""

from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

import numpy as np

from tfmtl import audience
from tfmtl import models
from tfmtl import optimizers
from tfmtl import training
from tfmtl.datasets.batches import batches
from tfmtl.experiments.expansion_ab.world import World
from tfmtl.features import pack
from tfmtl.tasks import BinaryTask

ONE_STAGE = "MLP, one stage"
PRE_TRAINED = "MLP, pre-trained"
METAHEAC = "MetaHeac"
NAMES = (ONE_STAGE, PRE_TRAINED, METAHEAC)
_TASK = BinaryTask("responds")
_UNITS = (64, 64)
_ROWS = 512
# Alone, a campaign has few rows: smaller batches, until the loss has settled.
_ALONE = audience.FineTuning(audience.Converged(tolerance=0.01), batch_size=128)
_TUNED = audience.FineTuning(audience.Epochs(2))


def rank_users(
    name: str, world: World, seed: int, on_step: Callable[[str], None]
) -> np.ndarray:
    """Returns what a model makes of all users for each campaign.

    - `MLP, one stage` learns a campaign from its own seeds alone.
    - `MLP, pre-trained` learns from the past campaigns, then goes on with the
      seeds.
    - `MetaHeac` is meta-learned over the past campaigns, then customised.

    Args:
        name: Which of these.
        world: The population.
        seed: Seed of weights and draws.
        on_step: Told what comes next.

    Returns:
        `(campaigns, users) float32`.
    """
    make, tuning, takes_campaign = {
        ONE_STAGE: (_one_stage, _ALONE, False),
        PRE_TRAINED: (_pre_trained, _TUNED, True),
        METAHEAC: (_metaheac, _TUNED, True),
    }[name]
    on_step(f"{name}: general model")
    general = make(world, seed)
    rows = []
    for number, campaign in enumerate(world.tested):
        on_step(f"{name}: campaign {number + 1}")
        features = _campaign(world, campaign) if takes_campaign else {}
        rows.append(
            _customised(general, tuning, world, campaign, features, seed)
        )
    return np.stack(rows)


def _customised(
    general: Any,
    tuning: audience.FineTuning,
    world: World,
    campaign: int,
    features: Mapping[str, Any],
    seed: int,
) -> np.ndarray:
    everyone = np.arange(len(world.visits))
    pool = {"user_id": everyone, **world.audiences.users}
    expander = audience.AudienceExpander(
        general, fine_tuning=tuning, held_out=0, seed=seed
    )
    seeds = world.audiences.seeds[campaign]
    return expander.fit(seeds, pool, features).score(pool)


def _campaign(world: World, campaign: int) -> dict[str, Any]:
    columns = world.audiences.campaigns
    return {name: ids[campaign] for name, ids in columns.items()}


def _one_stage(world: World, seed: int) -> Any:
    return models.SingleTask(
        world.audiences.user_features, [_TASK], tower_units=_UNITS, seed=seed
    )


def _pre_trained(world: World, seed: int) -> Any:
    model = models.SingleTask(
        _features(world), [_TASK], tower_units=_UNITS, seed=seed
    )
    columns, labels, _ = _past_rows(world, seed)
    model.compile(optimizers.LazyAdam(1e-3))
    rows = pack(model.features, columns), {_TASK.name: labels}
    model.fit(batches(*rows, batch_size=_ROWS, seed=seed), verbose=0)
    return model


def _metaheac(world: World, seed: int) -> Any:
    model = models.MetaHeac(
        _features(world),
        [_TASK],
        campaign_features=list(world.audiences.campaigns),
        seed=seed,
    )
    columns, labels, campaigns = _past_rows(world, seed)
    learner = training.MetaLearner(model, inner_learning_rate=1e-3)
    learner.compile(optimizers.LazyAdam(1e-3))
    learner.fit(
        training.domain_episodes(
            pack(model.features, columns),
            {_TASK.name: labels},
            campaigns,
            rows=_ROWS,
            seed=seed,
        ),
        verbose=0,
    )
    return model


def _features(world: World) -> list[Any]:
    known = world.audiences
    return [*known.user_features, *known.campaign_features]


def _past_rows(
    world: World, seed: int
) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Returns columns, labels and campaigns of the past."""
    parts = [
        world.audiences.training_rows(campaign, seed=seed)
        for campaign in world.past
    ]
    columns = {
        name: np.concatenate([x[name] for x, _ in parts])
        for name in parts[0][0]
    }
    labels = np.concatenate([y for _, y in parts])
    sizes = [len(y) for _, y in parts]
    return columns, labels, np.repeat(np.arange(len(parts)), sizes)
