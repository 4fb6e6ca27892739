"""Synthetic data with a known answer."""

from tfmtl.datasets.synthetic.generate import ali_ccp_shape
from tfmtl.datasets.synthetic.generate import conversion_path
from tfmtl.datasets.synthetic.lookalike import lookalike
from tfmtl.datasets.synthetic.scenarios import scenarios
from tfmtl.datasets.synthetic.synthetic_audiences import SyntheticAudiences
from tfmtl.datasets.synthetic.synthetic_path import SyntheticPath
from tfmtl.datasets.synthetic.synthetic_scenarios import SyntheticScenarios

__all__ = [
    "SyntheticAudiences",
    "SyntheticPath",
    "SyntheticScenarios",
    "ali_ccp_shape",
    "conversion_path",
    "lookalike",
    "scenarios",
]
