"""Layers that the models are built from."""

from tfmtl.layers.experts import Experts
from tfmtl.layers.feature_concatenation import FeatureConcatenation
from tfmtl.layers.feature_embedding import FeatureEmbedding
from tfmtl.layers.gated_mixture import GatedMixture
from tfmtl.layers.information_transfer import InformationTransfer
from tfmtl.layers.mlp import MLP
from tfmtl.layers.prior_information_merge import PriorInformationMerge
from tfmtl.layers.resumable_dropout import ResumableDropout
from tfmtl.layers.uniform_draw import UniformDraw

__all__ = [
    "Experts",
    "FeatureConcatenation",
    "FeatureEmbedding",
    "GatedMixture",
    "InformationTransfer",
    "MLP",
    "PriorInformationMerge",
    "ResumableDropout",
    "UniformDraw",
]
