"""An online experiment made up: MetaHeac against models for one campaign."""

from tfmtl.experiments.expansion_ab.markdown_page import to_markdown
from tfmtl.experiments.expansion_ab.scores_folder import ScoresFolder
from tfmtl.experiments.expansion_ab.simulate import simulate
from tfmtl.experiments.expansion_ab.simulation import Simulation

__all__ = ["ScoresFolder", "Simulation", "simulate", "to_markdown"]
