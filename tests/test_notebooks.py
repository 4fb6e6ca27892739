"""Every notebook runs from top to bottom and is kept without outputs."""

import ast
import importlib
from pathlib import Path

import nbclient
import nbformat
import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = [
    pytest.param(path, id=path.stem) for path in sorted(FOLDER.glob("*.ipynb"))
]
_SECONDS_A_CELL = 900  # the first call in a fresh clone builds the table


def read(path):
    return nbformat.read(path, as_version=4)


def code(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("path", NOTEBOOKS)
def test_notebook_runs_from_top_to_bottom(path, tmp_path, monkeypatch):
    monkeypatch.setenv("TFMTL_SMOKE", "1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    client = nbclient.NotebookClient(
        read(path),
        timeout=_SECONDS_A_CELL,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    )
    executed = client.execute()
    outputs = [
        out for cell in executed.cells for out in cell.get("outputs", ())
    ]
    noise = [out.text for out in outputs if out.get("name") == "stderr"]
    assert not noise


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_notebook_is_kept_without_outputs(path):
    assert not any(cell.outputs or cell.execution_count for cell in code(path))


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_notebook_imports_public_names_only(path):
    tree = ast.parse("\n".join(cell.source for cell in code(path)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr != "_":
            assert not node.attr.startswith("_"), node.attr
        if isinstance(node, ast.ImportFrom) and node.module.startswith("tfmtl"):
            module = importlib.import_module(node.module)
            for alias in node.names:
                assert not alias.name.startswith("_")
                assert hasattr(module, alias.name) or importlib.import_module(
                    f"{node.module}.{alias.name}"
                )
