"""Asks a served model for predictions, and serves one.

`PredictionClient` and `LocalServer` both speak the gRPC interface of
TensorFlow Serving, so either may be replaced by the real thing.
"""

import importlib

_HOME = {
    "Limits": "serving.limits",
    "LocalServer": "serving.local_server",
    "PredictionClient": "serving.client",
    "PredictionError": "serving.prediction_error",
    "score_files": "serving.bulk",
}

__all__ = [
    "Limits",
    "LocalServer",
    "PredictionClient",
    "PredictionError",
    "score_files",
]


def __getattr__(name):
    # The messages of TensorFlow Serving import all of TensorFlow, which takes
    # seconds: `import serving` alone should not.
    if name not in _HOME:
        raise AttributeError(f"module 'serving' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
