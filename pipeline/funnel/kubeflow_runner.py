"""`python -m pipeline.funnel.kubeflow_runner`: for Kubeflow."""

from pipeline.components.kubeflow import compile_job
from pipeline.funnel.config import FunnelConfig
from pipeline.funnel.pipeline import create_pipeline

if __name__ == "__main__":
    compile_job(FunnelConfig, create_pipeline)
