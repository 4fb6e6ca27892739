"""Runs the funnel pipeline on this machine, by the `tfx` command line.

    tfx pipeline create --engine=local --pipeline-path=<this file, absolute>
    tfx run create --engine=local --pipeline-name=funnel

The variable `FUNNEL_HOME` names the folder of the job, see `FunnelConfig`.
"""

import os
import sys
import time
from pathlib import Path

if os.path.samefile(sys.path[0] or ".", os.path.dirname(__file__)):
    # As a script: here `pipeline.py` would hide the package of that name.
    del sys.path[0]
# TensorFlow writes a dozen lines to the terminal when it is imported.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# ruff: noqa: E402
from tfx.orchestration.local.local_dag_runner import LocalDagRunner

from pipeline.components import atomic_pusher
from pipeline.components import run_summary
from pipeline.components.progress import RunProgress
from pipeline.components.run_number import RunNumber
from pipeline.funnel import hyperparameters
from pipeline.funnel.config import FunnelConfig
from pipeline.funnel.pipeline import create_pipeline
from pipeline.funnel.unknown_values import count_unknown


def main() -> None:
    """Builds the pipeline, runs it, and says what came of it."""
    try:
        config = FunnelConfig.from_environment()
    except ValueError as error:
        sys.exit(str(error))
    start = time.monotonic()
    with RunProgress(config.log_path) as progress:
        number = RunNumber(Path(config.home, "finished_runs"))
        run = number.current
        LocalDagRunner().run(create_pipeline(config, run))
        if not progress.steps:
            return  # `tfx pipeline create` only reads the pipeline
        _summarise(config, progress, time.monotonic() - start, run)
        number.complete()


def _summarise(
    config: FunnelConfig, progress: RunProgress, seconds: float, run: int
) -> None:
    evaluation = run_summary.latest_evaluation(config.pipeline_root)
    pushed = atomic_pusher.versions(config.serving_dir).values()
    say = progress.console.print
    say(run_summary.metrics_table(evaluation))
    unknown = ", ".join(
        f"{name} {count:,}"
        for name, count in count_unknown(config.data_dir).items()
    )
    say(f"Rows of eval with a value unknown to train (id 0): {unknown}")
    say(run_summary.verdict(evaluation, pushed))
    if config.tuner_trials:
        chosen = hyperparameters.latest_chosen(config.pipeline_root)
        values = run_summary.describe_values(chosen)
        say(f"Best of {config.tuner_trials} trials on dev: {values}")
    cpu_seconds = sum(step.cpu_seconds for step in progress.steps)
    say(
        f"Run {run} of {config.model}: {seconds:.0f} s, CPU {cpu_seconds:.0f} s"
        f"\n  served versions  {config.serving_dir}"
        f"\n  all outputs      {config.pipeline_root}"
        f"\n  full log         {config.log_path}"
    )


if __name__ == "__main__":
    main()
