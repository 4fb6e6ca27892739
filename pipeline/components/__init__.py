"""TFX components and helpers that the jobs share."""
