"""Tencent's look-alike data of 2018: from the raw files to Parquet.

The data are those of the preliminary round of Tencent's contest on social
advertising, and may not be had from here. `prepare` takes a folder with
`adFeature.csv`, `userFeature.data`, `train.csv` and `test1_truth.csv` as they
are after unpacking.
"""

try:
    import pyarrow as _  # noqa: F401
except ImportError as error:
    raise ImportError(
        "Reading Tencent's look-alike data needs pyarrow: "
        '`pip install "tfmtl[data]"`.'
    ) from error

from tfmtl.datasets.tencent_lookalike.features import campaign_features
from tfmtl.datasets.tencent_lookalike.features import user_features
from tfmtl.datasets.tencent_lookalike.prepare import prepare
from tfmtl.datasets.tencent_lookalike.protocol import OFFICIAL_CODE_PROTOCOL
from tfmtl.datasets.tencent_lookalike.protocol import PAPER_PROTOCOL
from tfmtl.datasets.tencent_lookalike.protocol import Protocol
from tfmtl.datasets.tencent_lookalike.read_users import read_users
from tfmtl.datasets.tencent_lookalike.report import Report
from tfmtl.datasets.tencent_lookalike.schema import CAMPAIGN_FIELDS
from tfmtl.datasets.tencent_lookalike.schema import USER_FIELDS

__all__ = [
    "CAMPAIGN_FIELDS",
    "OFFICIAL_CODE_PROTOCOL",
    "PAPER_PROTOCOL",
    "USER_FIELDS",
    "Protocol",
    "Report",
    "campaign_features",
    "prepare",
    "read_users",
    "user_features",
]
