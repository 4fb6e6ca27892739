"""Runs the pipeline of a job on this machine, and says what came of it."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from typing import TypeVar

from rich import console as rich_console
from rich import table as rich_table
from tfx.orchestration.local.local_dag_runner import LocalDagRunner

from pipeline.components import atomic_pusher
from pipeline.components import run_summary
from pipeline.components.job_config import JobConfig
from pipeline.components.progress import RunProgress
from pipeline.components.run_number import RunNumber

_Config = TypeVar("_Config", bound=JobConfig)


def run_job(
    config_class: type[_Config],
    create_pipeline: Callable[[_Config, int], Any],
    describe: Callable[[_Config, rich_console.Console], str],
    tabulate: Callable[[Any], rich_table.Table] = run_summary.summary_table,
) -> None:
    """Builds the pipeline, runs it, and prints a summary.

    The settings come from the environment. If they make no sense, the process
    ends with the message.

    Args:
        config_class: The settings of the job.
        create_pipeline: Makes the pipeline of settings and run number.
        describe: Prints what only this job has to tell, before the verdict,
            and returns what was trained, in a few words.
        tabulate: Makes a table of what the evaluator wrote.
    """
    try:
        config = config_class.from_environment()
    except ValueError as error:
        sys.exit(str(error))
    start = time.monotonic()
    with RunProgress(config.log_path) as progress:
        number = RunNumber(Path(config.home, "finished_runs"))
        run = number.current
        LocalDagRunner().run(create_pipeline(config, run))
        if not progress.steps:
            return  # `tfx pipeline create` only reads the pipeline
        number.complete()
        say = progress.console.print
        evaluation = run_summary.latest_evaluation(config.pipeline_root)
        say(tabulate(evaluation))
        trained = describe(config, progress.console)
        pushed = atomic_pusher.versions(config.serving_dir).values()
        say(run_summary.verdict(evaluation, pushed))
        cpu_seconds = sum(step.cpu_seconds for step in progress.steps)
        say(
            f"Run {run} of {trained}: {time.monotonic() - start:.0f} s, "
            f"CPU {cpu_seconds:.0f} s"
            f"\n  served versions  {config.serving_dir}"
            f"\n  all outputs      {config.pipeline_root}"
            f"\n  full log         {config.log_path}"
        )
