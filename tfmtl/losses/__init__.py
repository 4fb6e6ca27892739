"""Terms that models add to the losses of their tasks."""

from tfmtl.losses.order_violation import order_violation

__all__ = ["order_violation"]
