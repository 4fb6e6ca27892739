"""Finding users for campaigns: methods, and the data they are tested on."""

from tfmtl.experiments.lookalike.campaign import Campaign
from tfmtl.experiments.lookalike.campaign import CampaignRequest
from tfmtl.experiments.lookalike.campaign_contender import CampaignContender
from tfmtl.experiments.lookalike.campaign_data import CampaignData
from tfmtl.experiments.lookalike.hubble import Hubble
from tfmtl.experiments.lookalike.logistic_regression import LogisticRegression
from tfmtl.experiments.lookalike.meta_training import MetaTraining
from tfmtl.experiments.lookalike.one_stage import OneStage
from tfmtl.experiments.lookalike.own_heads import OwnHeads
from tfmtl.experiments.lookalike.past_campaigns import PastCampaigns
from tfmtl.experiments.lookalike.pinterest import Pinterest
from tfmtl.experiments.lookalike.population import Population
from tfmtl.experiments.lookalike.pretrained import Pretrained
from tfmtl.experiments.lookalike.ranker import Ranker
from tfmtl.experiments.lookalike.with_embeddings import WithEmbeddings

__all__ = [
    "Campaign",
    "CampaignContender",
    "CampaignData",
    "CampaignRequest",
    "Hubble",
    "LogisticRegression",
    "MetaTraining",
    "OneStage",
    "OwnHeads",
    "PastCampaigns",
    "Pinterest",
    "Population",
    "Pretrained",
    "Ranker",
    "WithEmbeddings",
]
