"""A small web application for those who run campaigns."""

from tfmtl.audience.console.console_app import console_app

__all__ = ["console_app"]
