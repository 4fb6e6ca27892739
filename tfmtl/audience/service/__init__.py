"""Campaigns from their seeds to their audiences, and on with feedback."""

from tfmtl.audience.service.audience_service import AudienceService
from tfmtl.audience.service.customisation import Customisation
from tfmtl.audience.service.gain_curve import GainCurve
from tfmtl.audience.service.increment import Increment
from tfmtl.audience.service.job_progress import JobProgress
from tfmtl.audience.service.jobs import CUSTOMISE
from tfmtl.audience.service.jobs import INCREMENT
from tfmtl.audience.service.jobs import audience_of
from tfmtl.audience.service.jobs import title_of
from tfmtl.audience.service.labels import labels_of
from tfmtl.audience.service.outcome import Outcome
from tfmtl.audience.service.parsed_value import parsed_value
from tfmtl.audience.service.step import Step
from tfmtl.audience.service.traits import Trait
from tfmtl.audience.service.version_report import VersionReport

__all__ = [
    "CUSTOMISE",
    "INCREMENT",
    "AudienceService",
    "Customisation",
    "GainCurve",
    "Increment",
    "JobProgress",
    "Outcome",
    "Step",
    "Trait",
    "VersionReport",
    "audience_of",
    "labels_of",
    "parsed_value",
    "title_of",
]
