"""The labels a model predicts, each with its own activation, loss, metrics."""

from tfmtl.tasks.binary_task import BinaryTask
from tfmtl.tasks.checks import check_path
from tfmtl.tasks.checks import check_tasks
from tfmtl.tasks.count_task import CountTask
from tfmtl.tasks.regression_task import RegressionTask
from tfmtl.tasks.task import Task

__all__ = [
    "BinaryTask",
    "CountTask",
    "RegressionTask",
    "Task",
    "check_path",
    "check_tasks",
]
