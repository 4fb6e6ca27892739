"""Tables of the papers on the data at hand: protocols, runs, statistics."""

from tfmtl.experiments.contender import Contender
from tfmtl.experiments.data import Data
from tfmtl.experiments.model_maker import ModelMaker
from tfmtl.experiments.network import Network
from tfmtl.experiments.part import Part
from tfmtl.experiments.protocol import Protocol
from tfmtl.experiments.reading import read_protocol
from tfmtl.experiments.results_folder import ResultsFolder
from tfmtl.experiments.run import Run
from tfmtl.experiments.settings import Settings
from tfmtl.experiments.summary import Summary
from tfmtl.experiments.summary import summarise
from tfmtl.experiments.sweep import sweep
from tfmtl.experiments.trained import Trained
from tfmtl.experiments.trees import Trees

__all__ = [
    "Contender",
    "Data",
    "ModelMaker",
    "Network",
    "Part",
    "Protocol",
    "ResultsFolder",
    "Run",
    "Settings",
    "Summary",
    "Trained",
    "Trees",
    "read_protocol",
    "summarise",
    "sweep",
]
