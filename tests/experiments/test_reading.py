import copy
import json
import re
from pathlib import Path

import pytest

from tfmtl.experiments import Trees
from tfmtl.experiments import protocols
from tfmtl.experiments import read_protocol
from tfmtl.experiments import reading
from tfmtl.experiments.presets import Synthetic

ROOT = Path(__file__).parents[2]
CONFIG = {
    "name": "mine",
    "data": {"preset": "synthetic", "rows": [400, 200, 200]},
    "models": [
        {"model": "LightGBM", "options": {"rounds": 9}},
        {"model": "SharedBottom", "options": {"tower_units": [8]}},
        {
            "name": "PIMM, p = 0",
            "model": "PIMM",
            "curriculum": {"value": 0.0},
            "grid": {"dropout": [0.0, 0.1]},
        },
    ],
    "baselines": ["LightGBM"],
    "seeds": [1, 2],
}


def changed(**changes):
    return {**copy.deepcopy(CONFIG), **changes}


def rows(preset, number):
    return changed(data={"preset": preset, "rows": number})


def write(path, config):
    path.write_text(json.dumps(config), "utf-8")
    return path


def test_a_protocol_file_is_a_protocol(tmp_path):
    protocol = read_protocol(write(tmp_path / "mine.json", CONFIG))
    assert protocol.data == Synthetic(rows=(400, 200, 200))
    assert protocol.seeds == (1, 2)
    assert protocol.contenders[0] == Trees(rounds=9)
    assert protocol.contenders[1].make.options == {"tower_units": (8,)}
    assert protocol.contenders[2].name == "PIMM, p = 0"
    assert protocol.contenders[2].curriculum(5) == 0.0
    # What the file leaves out is the preset's.
    assert protocol.settings == Synthetic.settings


@pytest.mark.parametrize("name", protocols.__all__)
def test_every_protocol_survives_being_written(name, tmp_path):
    protocol = getattr(protocols, name)()
    path = write(tmp_path / "protocol.json", protocol.config())
    assert read_protocol(path).config() == protocol.config()
    assert protocol.name == name


def test_the_protocol_of_a_results_folder_can_be_run_again(tmp_path):
    description = {"config": CONFIG, "environment": {}, "name": "mine"}
    path = write(tmp_path / "protocol.json", description)
    assert read_protocol(path).name == "mine"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (changed(epoch=3), "keys of a protocol.*Received: 'epoch'"),
        (changed(settings={"epoch": 3}), "Did you mean 'epochs'.*'epoch'"),
        (
            changed(data={"preset": "synthetic", "row": 1}),
            "preset 'synthetic'.*Did you mean 'rows'",
        ),
        (
            changed(models=[{"model": "PIMM", "curiculum": {}}]),
            "Did you mean 'curriculum'",
        ),
        (
            changed(models=[{"model": "PIMM", "curriculum": {"alpha": 1}}]),
            "keys of `curriculum`.*Received: 'alpha'",
        ),
        (changed(models=[{"model": "LightGBM", "grid": {}}]), "'grid'"),
        (changed(models=["PIMM"]), "a model should be a JSON object"),
        (changed(models=[{"model": "PIMN"}]), "Did you mean 'PIMM'"),
        (rows("synthetic", 100), "three numbers.*rows=100"),
        (rows("synthetic", None), "three numbers.*rows=None"),
        (rows("synthetic", [2000, 1000]), r"three.*rows=\(2000, 1000\)"),
        (rows("synthetic", [9, 9, -1]), "positive and whole.*rows=-1"),
        (rows("ali_ccp", [1, 1, 1]), r"one number.*rows=\(1, 1, 1\)"),
        (rows("complete_journey", -1), "positive and whole.*rows=-1"),
        (changed(data={"preset": "sinthetic"}), "Did you mean 'synthetic'"),
        (changed(seeds=[1, 1]), r"stand there once.*seeds=\[1, 1\]"),
        (changed(seeds=[1]), "at least 2 seeds"),
        (changed(seeds=[1, 2.5]), "whole number"),
        (changed(baselines=["AITM"]), "`baselines` should name"),
        (changed(baselines=[]), "`baselines` should name"),
        (changed(settings={"epochs": 0}), "at least 1"),
        (changed(settings={"learning_rates": [-1.0]}), "positive numbers"),
        (changed(models=CONFIG["models"] * 2), "a name of its own"),
    ],
)
def test_a_wrong_protocol_file_is_refused(config, message, tmp_path):
    path = write(tmp_path / "mine.json", config)
    with pytest.raises(ValueError, match=message):
        read_protocol(path)


def test_a_missing_key_is_named(tmp_path):
    config = changed()
    del config["models"]
    with pytest.raises(ValueError, match=r"missing: \['models'\]"):
        read_protocol(write(tmp_path / "mine.json", config))


def test_what_is_no_json_is_refused(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text("{name: mine}")
    with pytest.raises(ValueError, match="should be JSON"):
        read_protocol(path)


def test_a_curriculum_must_end_within_the_epochs():
    slow = {"initial": 1.0, "rate": 0.01, "floor": 0.0}
    config = changed(models=[{"model": "PIMM", "curriculum": slow}])
    with pytest.raises(ValueError, match="ends after 101 epochs"):
        reading.protocol_of({**config, "baselines": ["PIMM"]})


def test_the_example_of_the_documentation_is_a_protocol(tmp_path):
    page = (ROOT / "docs" / "experiments.md").read_text("utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    path = tmp_path / "mine.json"
    path.write_text(example, "utf-8")
    protocol = read_protocol(path)
    assert [each.name for each in protocol.contenders] == [
        "LightGBM",
        "AITM",
        "PIMM, never told",
        "MAN",
    ]


def test_two_stages_and_a_curriculum_are_refused():
    model = {"model": "PIMM", "curriculum": {"value": 0.5}, "two_stage": {}}
    with pytest.raises(ValueError, match="leave out one of the two"):
        reading.protocol_of(changed(models=[model]))
