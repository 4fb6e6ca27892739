"""Statistics of online experiments: who is shown what, and what came of it."""

import importlib.util

if importlib.util.find_spec("scipy") is None:
    raise ImportError(
        "`tfmtl.abtest` needs SciPy; install it by "
        "`pip install 'tfmtl[abtest]'`."
    )

from tfmtl.abtest.aa_result import AAResult
from tfmtl.abtest.aa_result import aa_test
from tfmtl.abtest.assignment import assign
from tfmtl.abtest.bootstrap import Bootstrap
from tfmtl.abtest.comparison import compare
from tfmtl.abtest.delta import delta_method
from tfmtl.abtest.effect import Effect
from tfmtl.abtest.equal_numbers import equalise
from tfmtl.abtest.mean import Mean
from tfmtl.abtest.mean_of_ratios import MeanOfRatios
from tfmtl.abtest.metric import Metric
from tfmtl.abtest.parts import Parts
from tfmtl.abtest.proportions import proportion_test
from tfmtl.abtest.ratio_of_sums import RatioOfSums
from tfmtl.abtest.report import Report
from tfmtl.abtest.report import analyse
from tfmtl.abtest.sample_ratio import SampleRatio
from tfmtl.abtest.sample_ratio import sample_ratio_check
from tfmtl.estimate import Estimate

__all__ = [
    "aa_test",
    "AAResult",
    "analyse",
    "assign",
    "Bootstrap",
    "compare",
    "delta_method",
    "Effect",
    "equalise",
    "Estimate",
    "Mean",
    "MeanOfRatios",
    "Metric",
    "Parts",
    "proportion_test",
    "RatioOfSums",
    "Report",
    "sample_ratio_check",
    "SampleRatio",
]
