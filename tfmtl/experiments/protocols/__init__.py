"""The tables of the papers, on the data at hand."""

from tfmtl.experiments.protocols.man import man_table_1
from tfmtl.experiments.protocols.man import man_table_2
from tfmtl.experiments.protocols.pimm import pimm_table_1
from tfmtl.experiments.protocols.pimm import pimm_table_2
from tfmtl.experiments.protocols.pimm_variants import pimm_ablations
from tfmtl.experiments.protocols.pimm_variants import pimm_sensitivity

__all__ = [
    "man_table_1",
    "man_table_2",
    "pimm_ablations",
    "pimm_sensitivity",
    "pimm_table_1",
    "pimm_table_2",
]
