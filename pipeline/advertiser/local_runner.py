"""Runs the advertiser pipeline on this machine, by the `tfx` command line.

    tfx pipeline create --engine=local --pipeline-path=<this file, absolute>
    tfx run create --engine=local --pipeline-name=advertiser

The variable `ADVERTISER_HOME` names the folder of the job, see
`AdvertiserConfig`.
"""

import os
import sys

if os.path.samefile(sys.path[0] or ".", os.path.dirname(__file__)):
    # As a script: here `pipeline.py` would hide the package of that name.
    del sys.path[0]
# TensorFlow writes a dozen lines to the terminal when it is imported.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# ruff: noqa: E402
from rich import console as rich_console

from pipeline.advertiser.config import AdvertiserConfig
from pipeline.advertiser.pipeline import create_pipeline
from pipeline.advertiser.yardsticks import beaten_by
from pipeline.advertiser.yardsticks import yardsticks_table
from pipeline.components import run_summary
from pipeline.components.job_run import run_job


def main() -> None:
    """Builds the pipeline, runs it, and says what came of it."""
    run_job(AdvertiserConfig, create_pipeline, _describe)


def _describe(config: AdvertiserConfig, console: rich_console.Console) -> str:
    evaluation = run_summary.latest_evaluation(config.pipeline_root)
    console.print(yardsticks_table(evaluation["metrics"], config.model))
    lost = beaten_by(evaluation["metrics"])
    console.print(
        "Every cell beats the naive forecasts"
        if not lost
        else "A naive forecast is better (NMAE) in: " + "; ".join(lost)
    )
    return config.model


if __name__ == "__main__":
    main()
