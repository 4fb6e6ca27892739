"""Schedules and callbacks."""

from tfmtl.training.constant import Constant
from tfmtl.training.distribution import default_strategy
from tfmtl.training.epoch_backup import EpochBackup
from tfmtl.training.linear_decay import LinearDecay
from tfmtl.training.schedule_variable import ScheduleVariable

__all__ = [
    "Constant",
    "EpochBackup",
    "LinearDecay",
    "ScheduleVariable",
    "default_strategy",
]
