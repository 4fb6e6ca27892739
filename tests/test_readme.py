"""What README, CONTRIBUTING and docs/ say is so."""

import ast
import functools
import importlib
import inspect
import operator
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tfmtl
from tfmtl.datasets.synthetic import conversion_path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
OWN_DATA = ROOT / "docs" / "bring_your_own_data.md"
EXPERIMENTS = ROOT / "docs" / "experiments.md"
AUDIENCE = ROOT / "docs" / "audience.md"
ADVERTISER = ROOT / "docs" / "advertiser.md"
OPTIONS = ROOT / "docs" / "options.md"
PAGES = [
    README,
    ROOT / "CONTRIBUTING.md",
    OWN_DATA,
    EXPERIMENTS,
    AUDIENCE,
    ADVERTISER,
    ROOT / "serving/README.md",
    ROOT / "docs" / "activation.md",
    OPTIONS,
]


def read(page):
    return page.read_text("utf-8")


def section(title):
    """Returns what stands in README under a heading."""
    return read(README).split(f"\n## {title}\n")[1].split("\n## ")[0]


def python_blocks(text):
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def run(code, folder):
    """Runs code as a program of its own and returns what it printed."""
    program = folder / "program.py"
    program.write_text(code, "utf-8")
    done = subprocess.run(
        [sys.executable, program], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def code_names(text):
    """Returns what is written as code within lines."""
    prose = re.sub(r"^ *```.*?```", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"`([^`\n]+)`", prose)


@functools.cache
def make_targets():
    lines = read(ROOT / "Makefile").splitlines()
    pattern = r"([a-z-]+):(?!=)"
    return {m[1] for line in lines if (m := re.match(pattern, line))}


@pytest.mark.slow
def test_quickstart_runs_as_written(tmp_path):
    first, second = python_blocks(section("Quickstart"))
    printed = run(f"{first}\n{second}", tmp_path)
    aucs = re.findall(r"step_\d: AUC (\S+), at best (\S+)", printed)
    assert len(aucs) == 3
    assert all(0.5 < float(auc) < float(best) for auc, best in aucs)


def test_quickstart_fits_in_fifteen_lines():
    assert len(python_blocks(section("Quickstart"))[0].splitlines()) <= 15


@pytest.mark.slow
def test_example_with_own_data_runs_as_written(tmp_path):
    log = conversion_path(4000, steps=2, rates=(0.4, 0.1)).frame
    log = log.rename(columns={"step_1": "click", "step_2": "buy"})
    log["city"] = "city " + log["field_1"].astype(str)
    log["device"] = "device " + log["field_6"].astype(str)
    log["price"] = log["field_5"] / 2
    days = np.arange(len(log)) % 90
    log["day"] = np.datetime64("2025-01-01") + days.astype("timedelta64[D]")
    log.to_csv(tmp_path / "log.csv", index=False)
    (example,) = python_blocks(read(OWN_DATA))
    assert "'buy_auc'" in run(example, tmp_path)
    assert (tmp_path / "model.keras").exists()


def test_short_example_with_own_data_keeps_good_rows(rows):
    columns, labels = rows(100)
    frame = {"city": columns["user"], "price": columns["price"]}
    frame |= {"click": labels["click"][:, 0], "buy": labels["purchase"][:, 0]}
    names = {
        "tfmtl": tfmtl,
        "checks": tfmtl.datasets.checks,
        "frame": pd.DataFrame(frame),
    }
    exec(python_blocks(section("Your own data"))[0], names)
    assert len(names["frame"]) == 100


@pytest.mark.parametrize("module", ["models", "layers"])
def test_paper_table_equals_the_public_exports(module):
    tables = section("From paper to class")
    table = tables.split(f"of `tfmtl.{module}` |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)`", table, re.MULTILINE)
    public = vars(importlib.import_module(f"tfmtl.{module}"))
    public = {name: public[name] for name in public["__all__"]}
    assert sorted(rows) == sorted(
        name
        for name, value in public.items()
        if not inspect.isabstract(value) and not issubclass(value, Exception)
    )


def parameters(owner):
    """Returns the parameters of a function or of all constructors of a class.

    Those of a class count before those of the classes it stands on.
    """
    makers = [owner]
    if inspect.isclass(owner):
        makers = [vars(base).get("__init__") for base in owner.__mro__]
    found = {}
    for maker in filter(inspect.isfunction, makers):
        found = {**inspect.signature(maker).parameters, **found}
    return found


def listed_options():
    """Returns what docs/options.md has in its columns, row by row."""
    lines = [x for x in read(OPTIONS).splitlines() if x.startswith("| ")]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    return [row for row in rows if row[0] not in ("choice", "---")]


def test_every_option_that_is_listed_exists_with_its_default():
    rows = listed_options()
    assert len(rows) > 80
    for _, option, default, _ in rows:
        owner, name = re.fullmatch(r"`([\w.]+)\((\w+)=\)`", option).groups()
        parameter = parameters(operator.attrgetter(owner)(tfmtl))[name]
        if default.startswith("`"):
            text, value = default.strip("`"), parameter.default
            shown = getattr(value, "__name__", repr(value))
            assert text == shown or ast.literal_eval(text) == value, option


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_public_name_that_is_mentioned_exists(page):
    pattern = r"\b((?:tfmtl|serving)(?:\.[A-Za-z_]\w*)+)(?=[`(])"
    for name in re.findall(pattern, read(page)):
        module, _, attribute = name.rpartition(".")
        try:
            importlib.import_module(name)
        except ImportError:
            assert hasattr(importlib.import_module(module), attribute), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_make_has_a_target(page):
    commands = re.findall(r"(?:`|^)make ([a-z-]+)", read(page), re.MULTILINE)
    assert set(commands) <= make_targets()


def test_every_target_is_in_the_table():
    documented = set(re.findall(r"\| `make ([\w-]+)` \|", read(README)))
    assert documented == make_targets() - {"help", "setup"}


@pytest.mark.parametrize("page", PAGES[:4], ids=lambda page: page.name)
def test_every_path_that_is_mentioned_exists(page):
    made = ("runs/", ".venv/", "data/")
    folders = [path.name for path in ROOT.iterdir() if path.is_dir()]
    for name in code_names(read(page)):
        is_path = re.fullmatch(r"[\w.-]+/[\w./-]*", name)
        if not is_path or name.startswith(made):
            continue
        if name.split("/")[0] in folders:
            assert (ROOT / name).exists(), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page):
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", read(page)):
        assert (page.parent / link).exists(), link
