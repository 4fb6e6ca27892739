"""A number that was measured on a sample."""

from tfmtl.estimate import Estimate

__all__ = ["Estimate"]
