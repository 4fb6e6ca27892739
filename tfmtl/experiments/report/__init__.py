"""One self-contained HTML file that tells how a protocol ended."""

from tfmtl.experiments.report.render import Results
from tfmtl.experiments.report.render import render

__all__ = ["Results", "render"]
