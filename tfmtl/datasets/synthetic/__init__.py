"""Synthetic data with a known answer."""

from tfmtl.datasets.synthetic.generate import ali_ccp_shape
from tfmtl.datasets.synthetic.generate import conversion_path
from tfmtl.datasets.synthetic.synthetic_path import SyntheticPath

__all__ = ["SyntheticPath", "ali_ccp_shape", "conversion_path"]
