"""MetaHeac's tables 2 and 4, and its sensitivity, on new campaigns."""

from tfmtl import models
from tfmtl.experiments.entrant import Entrant
from tfmtl.experiments.lookalike.campaign_scores import METRICS
from tfmtl.experiments.lookalike.campaign_scores import POOLED
from tfmtl.experiments.lookalike.hubble import Hubble
from tfmtl.experiments.lookalike.logistic_regression import LogisticRegression
from tfmtl.experiments.lookalike.meta_training import MetaTraining
from tfmtl.experiments.lookalike.networks import UNITS
from tfmtl.experiments.lookalike.one_stage import OneStage
from tfmtl.experiments.lookalike.own_heads import OwnHeads
from tfmtl.experiments.lookalike.pinterest import Pinterest
from tfmtl.experiments.lookalike.pretrained import Pretrained
from tfmtl.experiments.lookalike.with_embeddings import WithEmbeddings
from tfmtl.experiments.model_maker import ModelMaker
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.presets.synthetic_campaigns import SyntheticCampaigns
from tfmtl.experiments.protocol import Protocol
from tfmtl.experiments.protocols.against_first import against_first

_EXPERTS = 4
_CRITICS = 4
SIZES = (3, 4, 5, 6, 7, 8, 9, 10)
_META = MetaTraining()
_METRICS = (*METRICS, POOLED)
# How many times the rows of a mini-batch a step of it reads.
_ROWS_OF_META = 2 * _META.count


def metaheac_table_2(data: Preset | None = None) -> Protocol:
    """MetaHeac beside nine others (table 2 of the paper).

    LR and the one-stage MLP know the seeds alone; the others have learned
    from past campaigns before. Pinterest's similarity is there in two forms.

    Args:
        data: Campaigns; planted ones by default.
    """
    baselines: tuple[Entrant, ...] = (
        LogisticRegression("LR"),
        OneStage("MLP one-stage"),
        WithEmbeddings("MLP + embeddings"),
        Pinterest("Pinterest, density"),
        Pinterest("Pinterest, centroid", density=False),
        Hubble("Hubble"),
        Pretrained(
            "MLP + pre-training",
            ModelMaker(models.SingleTask, {"tower_units": UNITS}),
        ),
        OwnHeads("Shared-Bottom + pre-training", heads_only=True),
        OwnHeads("MMoE + pre-training", num_experts=_EXPERTS),
    )
    return _protocol(
        "metaheac_table_2",
        "MetaHeac, table 2: audiences of new campaigns",
        data,
        baselines,
        _metaheac("MetaHeac"),
    )


def metaheac_table_4(data: Preset | None = None) -> Protocol:
    """MetaHeac less one of its parts at a time (table 4 of the paper).

    A step of the meta-learning reads several times the rows of a mini-batch;
    the last ablation has ordinary mini-batches for as many rows.

    Args:
        data: Campaigns; planted ones by default.
    """
    return _protocol(
        "metaheac_table_4",
        "MetaHeac, table 4: held against the best of its ablations",
        data,
        (
            _metaheac("without hybrid critics", num_critics=1),
            _metaheac("without hybrid experts", num_experts=1),
            _metaheac("without meta-learning", meta=None),
            _metaheac(
                "without meta-learning, as many rows",
                meta=None,
                offline_epochs=_ROWS_OF_META,
            ),
        ),
        _metaheac("MetaHeac"),
    )


def metaheac_sensitivity(data: Preset | None = None) -> Protocol:
    """MetaHeac by its number of experts and of critics.

    One of the two differs from the first contender's at a time.

    Args:
        data: Campaigns; planted ones by default.
    """
    points = [
        (_EXPERTS, _CRITICS),
        *((each, _CRITICS) for each in SIZES),
        *((_EXPERTS, each) for each in SIZES),
    ]
    return against_first(
        "metaheac_sensitivity",
        "MetaHeac, sensitivity",
        data or SyntheticCampaigns(),
        [
            _metaheac(
                f"experts {experts}, critics {critics}",
                num_experts=experts,
                num_critics=critics,
            )
            for experts, critics in dict.fromkeys(points)
        ],
        _METRICS,
    )


def _metaheac(
    name: str,
    meta: MetaTraining | None = _META,
    offline_epochs: int = 1,
    **options: int,
) -> Pretrained:
    sizes = {"num_experts": _EXPERTS, "num_critics": _CRITICS, **options}
    make = ModelMaker(models.MetaHeac, sizes)
    return Pretrained(name, make, meta, offline_epochs)


def _protocol(
    name: str,
    title: str,
    data: Preset | None,
    baselines: tuple[Entrant, ...],
    ours: Entrant,
) -> Protocol:
    data = data or SyntheticCampaigns()
    return Protocol(
        name,
        title,
        data,
        contenders=(*baselines, ours),
        baselines=tuple(each.name for each in baselines),
        settings=data.settings,
        metrics=_METRICS,
    )
