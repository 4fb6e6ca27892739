"""What a reader needs to judge and repeat a run."""

import datetime
import os
import pathlib
import platform
from collections.abc import Sequence
from importlib import metadata

_PACKAGES = ("tfmtl", "tensorflow", "keras", "numpy")


def describe_environment(
    command: str, packages: Sequence[str] = _PACKAGES
) -> dict[str, str]:
    """Returns command, date, versions, and the hardware in words.

    Args:
        command: The command that was run.
        packages: Packages whose versions matter.

    Example:

    >>> describe_environment("make benchmark")["command"]
    'make benchmark'
    """
    versions = [f"{name} {metadata.version(name)}" for name in packages]
    # Where a container may use fewer cores than the machine has.
    cores = len(os.sched_getaffinity(0))
    return {
        "command": command,
        "date": datetime.date.today().isoformat(),
        "versions": f"Python {platform.python_version()}, "
        + ", ".join(versions),
        "hardware": f"{_cpu_model()}, {os.cpu_count()} cores, {cores} allowed",
    }


def _cpu_model() -> str:
    info = pathlib.Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    for line in lines:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
