import dataclasses

import pytest

from pipeline.funnel import tuner
from pipeline.funnel.hyperparameters import DEFAULTS


def defaults(model):
    return {hp.name: hp.default for hp in tuner.search_space(model).space}


def test_a_search_starts_from_what_holds_without_a_tuner():
    assert defaults("PIMM") == dataclasses.asdict(DEFAULTS)


@pytest.mark.parametrize("model", ["MMoE", "AITM"])
def test_only_pimm_has_a_curriculum_to_search(model):
    assert list(defaults(model)) == ["learning_rate", "dropout", "width"]
