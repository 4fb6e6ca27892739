"""Data to learn from: real, made up, and the checks of one's own.

The modules are imported when they are first used: some need pandas, pyarrow
or a package of data, which models alone do not.
"""

import importlib
from typing import Any

__all__ = [
    "ali_ccp",
    "batches",
    "census_income",
    "checks",
    "complete_journey",
    "synthetic",
    "table_encoder",
    "tencent_lookalike",
    "windows",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return list(__all__)
