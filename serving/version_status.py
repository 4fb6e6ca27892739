"""How one version of a model is doing."""

import dataclasses

START, LOADING, AVAILABLE = "START", "LOADING", "AVAILABLE"
UNLOADING, END = "UNLOADING", "END"


@dataclasses.dataclass(frozen=True)
class VersionStatus:
    """State of one version, as GetModelStatus tells it.

    Args:
        state: "START", "LOADING", "AVAILABLE", "UNLOADING" or "END".
        error_code: 0, or the code of what stopped it.
        error_message: What stopped it.
    """

    state: str
    error_code: int = 0
    error_message: str = ""
