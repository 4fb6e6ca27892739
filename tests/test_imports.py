"""Imports run one way; this is the map."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODELS_USE = {"layers", "losses", "metrics", "optimizers", "tasks"}
MAY_IMPORT = {
    "pipeline": {"tfmtl"},
    "serving": set(),
    "serving.requests": {"tfmtl.features"},
    "tfmtl.configurable": set(),
    "tfmtl.database": set(),
    "tfmtl.estimate": set(),
    "tfmtl.features": {"configurable"},
    "tfmtl.files": set(),
    "tfmtl.finite": set(),
    "tfmtl.id_kind": set(),
    "tfmtl.types": set(),
    "tfmtl.metrics": {"types"},
    "tfmtl.optimizers": {"types"},
    "tfmtl.losses": {"types"},
    "tfmtl.tasks": {"configurable", "metrics", "types"},
    "tfmtl.training": {"finite", "types"},
    "tfmtl.layers": {"types", "features"},
    "tfmtl.datasets": {"features", "files", "metrics", "tasks"},
    "tfmtl.models": MODELS_USE | {"features", "finite", "types"},
    "tfmtl.audience": {"training", "models", "layers", "features", "tasks"}
    | {"database", "datasets", "estimate", "files", "id_kind"},
    "tfmtl.abtest": {"datasets", "estimate", "id_kind", "layers"},
    "tfmtl.activation": {"abtest", "database", "datasets", "files", "layers"},
}
NEVER = {"tfmtl": {"tfx", "grpc", "tensorflow_serving", "tfx_bsl"}}
FILES = [
    path
    for package in ("tfmtl", "pipeline", "serving")
    for path in sorted((ROOT / package).rglob("*.py"))
]


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_module_imports_along_the_arrows(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    package, home = parts[0], ".".join(parts[:2])
    uses = MAY_IMPORT.get(home, MAY_IMPORT.get(package, {"tfmtl"}))
    own = home if package == "tfmtl" else package
    allowed = {own} | {
        name if "tfmtl" in name else f"tfmtl.{name}" for name in uses
    }
    for name in imported(path):
        root = name.split(".")[0]
        assert root not in NEVER.get(package, set()), name
        if root in ("tfmtl", "pipeline", "serving"):
            assert any(f"{name}.".startswith(f"{one}.") for one in allowed), (
                f"{path.name} may import {sorted(allowed)}, not {name}"
            )


OFFLINE = """
import socket

def connect(*args, **kwargs):
    raise AssertionError("An import asks the network.")

socket.socket.connect = socket.socket.connect_ex = connect
socket.getaddrinfo = connect
import tfmtl
import serving
for package in (tfmtl.audience, serving):
    for name in package.__all__:
        getattr(package, name)
"""


@pytest.mark.slow
def test_imports_ask_no_network():
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
