"""Layers that the models are built from."""

# These register themselves, so that models saved with them are loaded.
from tfmtl.layers import activations
from tfmtl.layers import sequence_pooling
from tfmtl.layers.adjacent_attention import AdjacentAttention
from tfmtl.layers.cross_stitch import CrossStitch
from tfmtl.layers.experts import Experts
from tfmtl.layers.feature_concatenation import FeatureConcatenation
from tfmtl.layers.feature_embedding import FeatureEmbedding
from tfmtl.layers.feature_stack import FeatureStack
from tfmtl.layers.gated_mixture import GatedMixture
from tfmtl.layers.hybrid_critics import HybridCritics
from tfmtl.layers.information_transfer import InformationTransfer
from tfmtl.layers.meta_attention import MetaAttention
from tfmtl.layers.meta_tower import MetaTower
from tfmtl.layers.meta_unit import MetaUnit
from tfmtl.layers.mlp import MLP
from tfmtl.layers.prior_information_merge import PriorInformationMerge
from tfmtl.layers.progressive_extraction import ProgressiveExtraction
from tfmtl.layers.resumable_dropout import ResumableDropout
from tfmtl.layers.self_attention import SelfAttention
from tfmtl.layers.sequence_attention import SequenceAttention
from tfmtl.layers.task_feature_attention import TaskFeatureAttention
from tfmtl.layers.uniform_draw import UniformDraw

__all__ = [
    "AdjacentAttention",
    "CrossStitch",
    "Experts",
    "FeatureConcatenation",
    "FeatureEmbedding",
    "FeatureStack",
    "GatedMixture",
    "HybridCritics",
    "InformationTransfer",
    "MLP",
    "MetaAttention",
    "MetaTower",
    "MetaUnit",
    "PriorInformationMerge",
    "ProgressiveExtraction",
    "ResumableDropout",
    "SelfAttention",
    "SequenceAttention",
    "TaskFeatureAttention",
    "UniformDraw",
]
