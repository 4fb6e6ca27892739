"""Data that protocols run on."""

from tfmtl.experiments.presets.ali_ccp import AliCcp
from tfmtl.experiments.presets.census_income import CensusIncome
from tfmtl.experiments.presets.complete_journey import CompleteJourney
from tfmtl.experiments.presets.preset import Preset
from tfmtl.experiments.presets.synthetic import Synthetic

__all__ = ["AliCcp", "CensusIncome", "CompleteJourney", "Preset", "Synthetic"]
