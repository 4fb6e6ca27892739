"""The store of campaigns, on SQLite or PostgreSQL."""

from tfmtl.audience.store.campaign_store import CampaignStore
from tfmtl.audience.store.errors.campaign_busy_error import CampaignBusyError
from tfmtl.audience.store.errors.schema_version_error import SchemaVersionError
from tfmtl.audience.store.errors.unknown_campaign_error import (
    UnknownCampaignError,
)
from tfmtl.audience.store.events.event_columns import EventColumns
from tfmtl.audience.store.events.log_parser import LogParser
from tfmtl.audience.store.records.audience import Audience
from tfmtl.audience.store.records.campaign import Campaign
from tfmtl.audience.store.records.ingestion_report import IngestionReport
from tfmtl.audience.store.records.job import Job
from tfmtl.audience.store.records.model_version import ModelVersion
from tfmtl.audience.store.records.training_set import TrainingSet
from tfmtl.audience.store.schema import migrate

__all__ = [
    "Audience",
    "Campaign",
    "CampaignBusyError",
    "CampaignStore",
    "EventColumns",
    "IngestionReport",
    "Job",
    "LogParser",
    "ModelVersion",
    "SchemaVersionError",
    "TrainingSet",
    "UnknownCampaignError",
    "migrate",
]
