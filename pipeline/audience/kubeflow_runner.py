"""`python -m pipeline.audience.kubeflow_runner`: for Kubeflow."""

from pipeline.audience.config import AudienceConfig
from pipeline.audience.pipeline import create_pipeline
from pipeline.components.kubeflow import compile_job

if __name__ == "__main__":
    compile_job(AudienceConfig, create_pipeline)
