"""`python -m pipeline.advertiser.kubeflow_runner`: for Kubeflow."""

from pipeline.advertiser.config import AdvertiserConfig
from pipeline.advertiser.pipeline import create_pipeline
from pipeline.components.kubeflow import compile_job

if __name__ == "__main__":
    compile_job(AdvertiserConfig, create_pipeline)
