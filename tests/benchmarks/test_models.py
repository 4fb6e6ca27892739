import inspect
import json

import numpy as np
import pytest

import tfmtl
from benchmarks import contenders
from benchmarks import model_contenders
from benchmarks import models
from benchmarks import models_report
from benchmarks.model_contenders import SIZES
from benchmarks.model_contenders import STEPS
from benchmarks.model_contenders import Size
from benchmarks.models_report import ModelTime
from tfmtl.datasets import synthetic


@pytest.fixture(scope="module")
def path():
    sizes = [20] * 18
    made = synthetic.conversion_path(8, STEPS, vocabulary_sizes=sizes)
    return contenders.with_dim(made, 5)


def public_models():
    return {
        name
        for name in tfmtl.models.__all__
        if inspect.isclass(getattr(tfmtl.models, name))
        and issubclass(getattr(tfmtl.models, name), tfmtl.models.MultiTaskModel)
        and not inspect.isabstract(getattr(tfmtl.models, name))
    }


def verdicts(reason=None, ratio=2.5):
    times = [ModelTime("MMoE", 20.0, 1.0, []), ModelTime("PLE", 1, ratio, [])]
    sizes = {"MMoE": Size({}), "PLE": Size({}, reason)}
    return models_report.bounds(times, sizes)


def test_every_public_model_is_timed():
    assert set(SIZES) == public_models() - {"PathModel", "TowerModel"}


def test_a_model_at_the_bound_meets_it():
    assert list(verdicts().values()) == [True, True]


def test_a_slow_model_is_named():
    told = [bound for bound, met in verdicts(ratio=2.51).items() if not met]
    assert told == ["PLE: at most 2.5 times the MMoE's time (was 2.51)"]


def test_a_stated_reason_is_reported_and_enough():
    bounds = verdicts("two levels.", ratio=3.0)
    assert all(bounds.values())
    assert list(bounds)[1].endswith("(was 3.00), or a reason: two levels.")


def test_a_reason_is_not_told_of_a_model_that_needs_none():
    assert "reason" not in list(verdicts("two levels."))[1]


@pytest.mark.parametrize("name", ["MMoE", "OMoE", "CGC", "MAN", "MNCM"])
def test_all_have_four_experts_of_the_same_sizes(path, name):
    model = model_contenders.plain(name, path, 4).model
    shapes = [tuple(weight.shape) for weight in model.trainable_variables]
    assert [shape[0] for shape in shapes if shape[1:] == (90, 128)] == [4]
    assert [shape[0] for shape in shapes if shape[1:] == (128, 64)] == [4]


def test_a_meta_step_reads_as_many_rows_as_a_plain_one(path):
    plain = model_contenders.plain("SharedBottom", path, 8).dataset
    [(_, labels)] = plain
    meta = model_contenders.meta("SharedBottom", path, 8, True).dataset
    [step] = meta
    rows = [np.prod(step[part][1]["step_1"].shape) for part in step]
    assert sum(rows) == len(labels["step_1"]) == 8


@pytest.mark.slow
def test_a_quick_run_reports_every_model(tmp_path, monkeypatch):
    few = {name: SIZES[name] for name in ("MMoE", "SharedBottom")}
    monkeypatch.setattr(model_contenders, "SIZES", few)
    code = models.main(["--quick", "--output", str(tmp_path)])
    results = json.loads((tmp_path / "models_step.json").read_text())
    assert code == (0 if all(results["bounds"].values()) else 1)
    assert {each["name"] for each in results["models"]} == set(few)
    assert len(results["meta"]) == 3
    text = (tmp_path / "models_step.md").read_text()
    assert text.count("| MMoE") == 4
    assert results["hardware"] in text
