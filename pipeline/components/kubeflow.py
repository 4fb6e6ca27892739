"""Compiles the pipeline of a job for Kubeflow or Vertex AI Pipelines."""

import argparse
import os
from collections.abc import Callable
from typing import Any
from typing import TypeVar

from tfx.orchestration import pipeline

from pipeline.components.job_config import JobConfig

_Config = TypeVar("_Config", bound=JobConfig)


def compile_job(
    config_class: type[_Config],
    create_pipeline: Callable[[_Config], pipeline.Pipeline],
) -> None:
    """Writes the pipeline of a job, as the command line wants it.

    The settings come from the environment, as those of a local run do.

    Args:
        config_class: The settings of the job.
        create_pipeline: Makes the pipeline of settings.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--image", required=True, help="container image with this package"
    )
    parser.add_argument("--output", required=True, help="JSON file to write")
    arguments = parser.parse_args()
    try:
        config = config_class.from_environment()
    except ValueError as error:
        parser.error(str(error))
    compile_pipeline(create_pipeline(config), arguments.image, arguments.output)
    print(f"The pipeline for Kubeflow is in {arguments.output}")


def compile_pipeline(
    made: pipeline.Pipeline, image: str, path: str | os.PathLike[str]
) -> dict[str, Any]:
    """Writes a pipeline as the JSON that Kubeflow Pipelines 2 reads.

    Args:
        made: The pipeline.
        image: Container image in which every step runs.
        path: The file.

    Returns:
        What was written.
    """
    # Imports kfp, which nothing else needs.
    from tfx.orchestration.kubeflow.v2 import kubeflow_v2_dag_runner as runner

    # Whether files have changed is found out by drivers, which run locally.
    made.enable_cache = False
    folder, name = os.path.split(os.path.abspath(path))
    config = runner.KubeflowV2DagRunnerConfig(default_image=image)
    return runner.KubeflowV2DagRunner(config, folder, name).run(made)
