"""Optimizers for large embedding tables."""

from tfmtl.optimizers.lazy_adam import LazyAdam

__all__ = ["LazyAdam"]
