"""Data that protocols run on."""

from tfmtl.experiments.presets.advertisers import Advertisers
from tfmtl.experiments.presets.ali_ccp import AliCcp
from tfmtl.experiments.presets.census_income import CensusIncome
from tfmtl.experiments.presets.complete_journey import CompleteJourney
from tfmtl.experiments.presets.complete_journey_campaigns import (
    CompleteJourneyCampaigns,
)
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.presets.scenarios import Scenarios
from tfmtl.experiments.presets.synthetic import Synthetic
from tfmtl.experiments.presets.synthetic_campaigns import SyntheticCampaigns
from tfmtl.experiments.presets.tencent_lookalike import TencentLookalike

__all__ = [
    "Advertisers",
    "AliCcp",
    "CensusIncome",
    "CompleteJourney",
    "CompleteJourneyCampaigns",
    "Preset",
    "Scenarios",
    "Synthetic",
    "SyntheticCampaigns",
    "TencentLookalike",
]
