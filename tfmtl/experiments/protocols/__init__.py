"""The tables of the papers, on the data at hand."""

from tfmtl.experiments.protocols.aitm import aitm_sensitivity
from tfmtl.experiments.protocols.m2m import m2m_sensitivity
from tfmtl.experiments.protocols.m2m import m2m_table_4
from tfmtl.experiments.protocols.m2m import m2m_table_5
from tfmtl.experiments.protocols.man import man_table_1
from tfmtl.experiments.protocols.man import man_table_2
from tfmtl.experiments.protocols.metaheac import metaheac_sensitivity
from tfmtl.experiments.protocols.metaheac import metaheac_table_2
from tfmtl.experiments.protocols.metaheac import metaheac_table_4
from tfmtl.experiments.protocols.pimm import pimm_table_1
from tfmtl.experiments.protocols.pimm import pimm_table_2
from tfmtl.experiments.protocols.pimm_variants import pimm_ablations
from tfmtl.experiments.protocols.pimm_variants import pimm_sensitivity

__all__ = [
    "aitm_sensitivity",
    "m2m_sensitivity",
    "m2m_table_4",
    "m2m_table_5",
    "man_table_1",
    "man_table_2",
    "metaheac_sensitivity",
    "metaheac_table_2",
    "metaheac_table_4",
    "pimm_ablations",
    "pimm_sensitivity",
    "pimm_table_1",
    "pimm_table_2",
]
