"""One line for each public layer and model; every promise is tested on all."""

import functools

import numpy as np
import tensorflow as tf

from tfmtl import BinaryTask
from tfmtl import CategoricalFeature
from tfmtl import NumericFeature
from tfmtl import layers
from tfmtl import models

ROWS = 5
FEATURES = [
    CategoricalFeature("user", 50, embedding_dim=4),
    CategoricalFeature("item", 30, embedding_dim=4),
    CategoricalFeature("tags", 9, embedding_dim=2, max_length=3),
    NumericFeature("price"),
]
PATH = [
    BinaryTask("click"),
    BinaryTask("cart", parent="click"),
    BinaryTask("purchase", parent="cart"),
]


def columns(rows=ROWS, seed=0):
    """Returns random inputs that fit `FEATURES`."""
    draw = np.random.default_rng(seed)
    return {
        "user": draw.integers(0, 50, rows),
        "item": draw.integers(0, 30, rows),
        "tags": draw.integers(0, 9, (rows, 3)),
        "price": draw.normal(size=rows).astype(np.float32),
    }


def labels(rows=ROWS, seed=0):
    """Returns random labels that fit `PATH`."""
    reached = np.random.default_rng(seed).integers(0, 4, (rows, 1))
    return {
        task.name: (reached > step).astype(np.float32)
        for step, task in enumerate(PATH)
    }


def _matrix(*shape):
    values = np.random.default_rng(len(shape)).random(shape)
    return tf.constant(values, tf.float32)


def _columns(*names):
    return {name: tf.constant(columns()[name]) for name in names}


# Maps a layer's name to a maker and its inputs.
LAYERS = {
    "AdjacentAttention": (
        functools.partial(layers.AdjacentAttention, seed=1),
        [_matrix(ROWS, 3, 4)],
    ),
    "CrossStitch": (
        functools.partial(layers.CrossStitch, per_channel=True),
        [_matrix(ROWS, 3, 4)],
    ),
    "Experts": (
        functools.partial(layers.Experts, 3, (4, 2), seed=1),
        [_matrix(ROWS, 6)],
    ),
    "FeatureConcatenation": (
        functools.partial(layers.FeatureConcatenation, FEATURES, seed=1),
        [_columns("user", "item", "tags", "price")],
    ),
    "FeatureEmbedding": (
        functools.partial(layers.FeatureEmbedding, FEATURES[:2], row_l2=0.1),
        [_columns("user", "item")],
    ),
    "FeatureStack": (
        functools.partial(layers.FeatureStack, FEATURES, seed=1),
        [_columns("user", "item", "tags", "price")],
    ),
    "GatedMixture": (
        functools.partial(layers.GatedMixture, (3,), seed=1),
        [_matrix(ROWS, 6), _matrix(ROWS, 4, 2)],
    ),
    "HybridCritics": (
        functools.partial(layers.HybridCritics, 3, (3,), True, seed=1),
        [_matrix(ROWS, 6), _matrix(ROWS, 4)],
    ),
    "InformationTransfer": (
        functools.partial(layers.InformationTransfer, "l2", seed=1),
        [_matrix(ROWS, 4), _matrix(ROWS, 4) + 1],
    ),
    "MetaAttention": (
        functools.partial(layers.MetaAttention, units=4, seed=1),
        [_matrix(ROWS, 3, 4), _matrix(ROWS, 2, 5), _matrix(ROWS, 3)],
    ),
    "MetaTower": (
        functools.partial(layers.MetaTower, seed=1),
        [_matrix(ROWS, 4), _matrix(ROWS, 3)],
    ),
    "MetaUnit": (
        functools.partial(layers.MetaUnit, 2, seed=1),
        [_matrix(ROWS, 3, 4), _matrix(ROWS, 2)],
    ),
    "MLP": (
        functools.partial(layers.MLP, (4, 2), "tanh", dropout=0.5, seed=1),
        [_matrix(ROWS, 6)],
    ),
    "PriorInformationMerge": (
        functools.partial(layers.PriorInformationMerge, "relu", seed=1),
        [_matrix(ROWS, 4), _matrix(ROWS, 1), tf.ones((ROWS, 1))],
    ),
    "ProgressiveExtraction": (
        functools.partial(
            layers.ProgressiveExtraction,
            1,
            2,
            (4, 3),
            num_tasks=2,
            gate_units=(3,),
            seed=1,
        ),
        [[_matrix(ROWS, 6), _matrix(ROWS, 6) + 1, _matrix(ROWS, 6) - 1]],
    ),
    "ResumableDropout": (
        functools.partial(layers.ResumableDropout, 0.5, seed=1),
        [_matrix(ROWS, 6)],
    ),
    "SelfAttention": (
        functools.partial(layers.SelfAttention, 6, num_heads=2, seed=1),
        [_matrix(ROWS, 3, 4)],
    ),
    "SequenceAttention": (
        functools.partial(layers.SequenceAttention, 4, seed=1),
        [_matrix(ROWS, 3, 4), _matrix(ROWS, 3) > 0.3],
    ),
    "TaskFeatureAttention": (
        functools.partial(layers.TaskFeatureAttention, 2, 6, 3, seed=1),
        [_matrix(ROWS, 3, 4)],
    ),
    "UniformDraw": (
        functools.partial(layers.UniformDraw, seed=1),
        [_matrix(ROWS, 6)],
    ),
}


def _metaheac(features, tasks, **options):
    return models.MetaHeac(
        features,
        tasks,
        campaign_features=[features[1].name],
        num_experts=3,
        num_critics=2,
        expert_units=(8,),
        gate_units=(4,),
        **options,
    )


def _m2m(features, tasks, **options):
    return models.M2M(
        features,
        tasks,
        scenario_features=[features[0].name],
        scenario_units=3,
        num_experts=2,
        expert_units=(4,),
        num_blocks=1,
        meta_unit=layers.MetaUnit(1),
        **{"meta_sharing": True, **options},
    )


# Maps a model's name to a maker that takes features, tasks and options.
MODELS = {
    "AITM": functools.partial(
        models.AITM, tower_units=(8, 4), dropout=(0.1, 0.2)
    ),
    "CGC": functools.partial(
        models.CGC, expert_units=(8,), tower_units=(4,), gate_units=(2,)
    ),
    "CrossStitch": functools.partial(
        models.CrossStitch, tower_units=(8, 4), dropout=0.1
    ),
    "ESM2": functools.partial(models.ESM2, tower_units=(8, 4)),
    "ESMM": functools.partial(models.ESMM, tower_units=(8, 4)),
    "M2M": _m2m,
    "MAN": functools.partial(
        models.MAN,
        num_shared=1,
        num_specific=2,
        expert_units=(8,),
        tower_units=(8,),
        both_directions=True,
    ),
    "MetaHeac": _metaheac,
    "MMoE": functools.partial(
        models.MMoE,
        num_experts=3,
        expert_units=(8,),
        tower_units=(4,),
        gate_units=(2,),
    ),
    "MNCM": functools.partial(
        models.MNCM, expert_units=(8, 4), tower_units=(4,), dropout=0.1
    ),
    "OMoE": functools.partial(
        models.OMoE, num_experts=3, expert_units=(8,), tower_units=(4,)
    ),
    "MRAN": functools.partial(models.MRAN, attention_units=8, tower_units=(4,)),
    "PIMM": functools.partial(models.PIMM, tower_units=(8, 4), bottom=(8,)),
    "PLE": functools.partial(models.PLE, expert_units=(8, 4), tower_units=(4,)),
    "SharedBottom": functools.partial(
        models.SharedBottom, bottom_units=(8,), tower_units=(4,)
    ),
    "SingleTask": functools.partial(
        models.SingleTask, tower_units=(8, 4), dropout=0.1
    ),
}

# Models that hand something along a path.
SEQUENTIAL = ("AITM", "ESMM", "MNCM", "PIMM")

# Models of exactly the three tasks of `PATH`.
OF_THREE_TASKS = ("ESM2",)
