"""TFX pipelines of tfmtl, one folder a job."""
