"""What the protocols have in common."""

import pytest

from tfmtl.experiments import protocols
from tfmtl.experiments.figures import settings_of


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("aitm_sensitivity", {"calibrator": {0, 0.1, 0.3, 0.6, 1, 2}}),
        (
            "metaheac_sensitivity",
            {"experts": {*range(3, 11)}, "critics": {*range(3, 11)}},
        ),
        (
            "m2m_sensitivity",
            {
                "history": {10, 20, 30, 40, 50, 60},
                "scenario": {8, 16, 32, 64, 128},
                "depth": {1, 2, 3, 4, 5},
            },
        ),
    ],
)
def test_a_sensitivity_turns_one_setting_at_a_time(name, values):
    protocol = getattr(protocols, name)()
    first, *others = [settings_of(each.name) for each in protocol.contenders]
    assert protocol.baselines == (protocol.contenders[0].name,)
    for each in others:
        assert sum(each[what] != first[what] for what in first) == 1
    for what, wanted in values.items():
        assert {each[what] for each in (first, *others)} == wanted
