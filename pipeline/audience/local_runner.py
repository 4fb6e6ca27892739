"""Runs the audience pipeline on this machine, by the `tfx` command line.

    tfx pipeline create --engine=local --pipeline-path=<this file, absolute>
    tfx run create --engine=local --pipeline-name=audience

The variable `AUDIENCE_HOME` names the folder of the job, see
`AudienceConfig`.
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

from pipeline.audience.config import AudienceConfig
from pipeline.audience.pipeline import create_pipeline
from pipeline.components.job_run import run_job
from pipeline.components.slices_table import slices_table


def main() -> None:
    """Builds the pipeline, runs it, and says what came of it."""
    run_job(AudienceConfig, create_pipeline, _describe, slices_table)


def _describe(config: AudienceConfig, console: rich_console.Console) -> str:
    console.print(
        "Means over held-out campaigns: a copy of the model was fine-tuned on "
        "half of a campaign's users and judged on the other half.\n"
        "The pooled AUC is over the rows of all, the untuned one that of the "
        "general model itself."
    )
    return "MetaHeac"


if __name__ == "__main__":
    main()
