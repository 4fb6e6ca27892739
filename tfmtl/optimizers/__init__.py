"""Optimizers for large embedding tables, and their learning rates."""

from tfmtl.optimizers.lazy_adam import LazyAdam
from tfmtl.optimizers.warmup_cosine import warmup_cosine

__all__ = ["LazyAdam", "warmup_cosine"]
