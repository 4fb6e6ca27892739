"""Metrics over whole evaluation sets, exact on rare labels."""

from tfmtl.metrics.auc import AUC
from tfmtl.metrics.calibration_error import CalibrationError
from tfmtl.metrics.explained_deviance import ExplainedDeviance
from tfmtl.metrics.log_loss import LogLoss
from tfmtl.metrics.mae import MAE
from tfmtl.metrics.nmae import NMAE
from tfmtl.metrics.pooled_metric import PooledMetric
from tfmtl.metrics.precision_at_percent import PrecisionAtPercent
from tfmtl.metrics.recall_at_percent import RecallAtPercent
from tfmtl.metrics.rmse import RMSE
from tfmtl.metrics.smape import SMAPE

__all__ = [
    "AUC",
    "CalibrationError",
    "ExplainedDeviance",
    "LogLoss",
    "MAE",
    "NMAE",
    "PooledMetric",
    "PrecisionAtPercent",
    "RecallAtPercent",
    "RMSE",
    "SMAPE",
]
