"""Runs the funnel pipeline on this machine, by the `tfx` command line.

    tfx pipeline create --engine=local --pipeline-path=<this file, absolute>
    tfx run create --engine=local --pipeline-name=funnel

The variable `FUNNEL_HOME` names the folder of the job, see `FunnelConfig`.
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

from pipeline.components import run_summary
from pipeline.components.job_run import run_job
from pipeline.funnel import hyperparameters
from pipeline.funnel.config import FunnelConfig
from pipeline.funnel.pipeline import create_pipeline
from pipeline.funnel.unknown_values import count_unknown


def main() -> None:
    """Builds the pipeline, runs it, and says what came of it."""
    run_job(FunnelConfig, create_pipeline, _describe)


def _describe(config: FunnelConfig, console: rich_console.Console) -> str:
    unknown = ", ".join(
        f"{name} {count:,}"
        for name, count in count_unknown(config.data_dir).items()
    )
    console.print(
        f"Rows of eval with a value unknown to train (id 0): {unknown}"
    )
    if config.tuner_trials:
        chosen = hyperparameters.latest_chosen(config.pipeline_root)
        values = run_summary.describe_values(chosen)
        console.print(f"Best of {config.tuner_trials} trials on dev: {values}")
    return config.model


if __name__ == "__main__":
    main()
