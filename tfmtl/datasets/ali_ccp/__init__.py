"""Ali-CCP: from the two raw tables to Parquet, as AITM and PIMM use it.

The data may be had from Tianchi (data set 408) and not from here. `prepare`
takes a folder with `sample_skeleton_{train,test}.csv` and
`common_features_{train,test}.csv` as they are after unpacking.
"""

try:
    import pyarrow as _  # noqa: F401
except ImportError as error:
    raise ImportError(
        'Reading Ali-CCP needs pyarrow: `pip install "tfmtl[data]"`.'
    ) from error

from tfmtl.datasets.ali_ccp.prepare import features
from tfmtl.datasets.ali_ccp.prepare import prepare
from tfmtl.datasets.ali_ccp.protocol import AITM_PROTOCOL
from tfmtl.datasets.ali_ccp.protocol import ENTITY_PROTOCOL
from tfmtl.datasets.ali_ccp.protocol import Protocol
from tfmtl.datasets.ali_ccp.random_rows import RandomRows
from tfmtl.datasets.ali_ccp.report import Report
from tfmtl.datasets.ali_ccp.whole_users import WholeUsers
from tfmtl.datasets.ali_ccp_schema import FIELDS
from tfmtl.datasets.ali_ccp_schema import TASKS

__all__ = [
    "AITM_PROTOCOL",
    "ENTITY_PROTOCOL",
    "FIELDS",
    "TASKS",
    "Protocol",
    "RandomRows",
    "Report",
    "WholeUsers",
    "features",
    "prepare",
]
