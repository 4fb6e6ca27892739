"""Every model at the sizes of the MMoE, ready for `fit`."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import tfmtl
from benchmarks import contenders
from benchmarks.contenders import Contender
from tfmtl.datasets import ali_ccp_schema
from tfmtl.datasets import synthetic
from tfmtl.datasets.batches import batches
from tfmtl.datasets.synthetic import SyntheticPath

BASIS = "MMoE"
STEPS = 3
_RATES = (0.3, 0.1, 0.03)
_TOWER = {"tower_units": (128, 64, 32)}
_SPLIT = {"expert_units": (128, 64), "tower_units": (32,)}
_FOUR = {"num_experts": 4, **_SPLIT}
# One shared expert and one for each of the three tasks: four, as in the MMoE.
_ONE_EACH = {"num_shared": 1, "num_specific": 1, **_SPLIT}


@dataclasses.dataclass(frozen=True)
class Size:
    """How a model is made as large as the others.

    Args:
        options: Arguments of its constructor.
        reason: Why it may take more time than the bound allows; None if there
            is no reason.
    """

    options: Mapping[str, Any]
    reason: str | None = None


SIZES = {
    "AITM": Size(_TOWER),
    "CGC": Size(_ONE_EACH),
    "CrossStitch": Size(_TOWER),
    "ESM2": Size(_TOWER),
    "ESMM": Size(_TOWER),
    "M2M": Size(
        {
            "num_experts": 4,
            "expert_units": (128, 64),
            "scenario_units": 32,
            "num_blocks": 1,
        },
        "the weights of attention and towers are made for every row.",
    ),
    "MAN": Size(_ONE_EACH),
    "MMoE": Size(_FOUR),
    "MNCM": Size(_ONE_EACH),
    "MRAN": Size(_TOWER),
    "OMoE": Size(_FOUR),
    "MetaHeac": Size(
        {
            "campaign_features": ("field_17", "field_18"),
            "num_experts": 4,
            "num_critics": 4,
            "expert_units": (128, 64),
        }
    ),
    "PIMM": Size(_TOWER),
    "PLE": Size(_ONE_EACH),
    "SharedBottom": Size({"bottom_units": (128, 64), "tower_units": (32,)}),
    "SingleTask": Size(_TOWER),
}


def rows_like_ali_ccp(rows: int, dim: int) -> SyntheticPath:
    """Makes rows of the 18 fields of Ali-CCP, on a path of three steps.

    Args:
        rows: Number of rows.
        dim: Width of the embeddings.
    """
    sizes = tuple(ali_ccp_schema.VOCABULARY_SIZES.values())
    path = synthetic.conversion_path(
        rows, STEPS, rates=_RATES, vocabulary_sizes=sizes
    )
    return contenders.with_dim(path, dim)


def plain(name: str, path: SyntheticPath, batch_size: int) -> Contender:
    """Returns a model that takes ordinary steps.

    Args:
        name: Name of a model in `SIZES`.
        path: Rows to train on.
        batch_size: Rows a batch.
    """
    model = _make(name, path)
    model.compile(tfmtl.optimizers.LazyAdam(1e-3))
    return Contender(model, _batches(path, batch_size))


def meta(
    name: str, path: SyntheticPath, batch_size: int, first_order: bool
) -> Contender:
    """Returns a model that takes meta steps of two episodes.

    Args:
        name: Name of a model in `SIZES`.
        path: Rows to train on.
        batch_size: Rows a step: support and query of both episodes.
        first_order: Whether inner gradients count as constants.
    """
    learner = tfmtl.training.MetaLearner(
        _make(name, path), inner_learning_rate=1e-3, first_order=first_order
    )
    learner.compile(tfmtl.optimizers.LazyAdam(1e-3))
    halves = _batches(path, batch_size // 2)
    return Contender(learner, tfmtl.training.episodes(halves, count=2))


def _make(name: str, path: SyntheticPath) -> tfmtl.models.MultiTaskModel:
    model = getattr(tfmtl.models, name)
    return model(path.features, path.tasks, seed=0, **SIZES[name].options)


def _batches(path: SyntheticPath, batch_size: int) -> Any:
    packed = tfmtl.features.pack(path.features, path.x)
    return batches(packed, path.y, batch_size, drop_remainder=True)
