"""Layers that the models are built from."""

from tfmtl.layers.experts import Experts
from tfmtl.layers.feature_concatenation import FeatureConcatenation
from tfmtl.layers.feature_embedding import FeatureEmbedding
from tfmtl.layers.gated_mixture import GatedMixture
from tfmtl.layers.mlp import MLP

__all__ = [
    "Experts",
    "FeatureConcatenation",
    "FeatureEmbedding",
    "GatedMixture",
    "MLP",
]
