import types

import pytest

from pipeline.funnel import training

CONFIG = training.TrainingConfig("PIMM", "funnel", "backup")


def fingerprint(**changed):
    arguments = {
        "transform_graph_path": "transform/3",
        "train_files": ["b", "a"],
        "hyperparameters": None,
        **changed,
    }
    return training.fingerprint(CONFIG, types.SimpleNamespace(**arguments))


def test_the_order_of_files_does_not_make_another_training():
    assert fingerprint(train_files=["a", "b"]) == fingerprint()


@pytest.mark.parametrize(
    "changed",
    [
        {"transform_graph_path": "transform/4"},
        {"train_files": ["a"]},
        {"hyperparameters": {"values": {"width": 64}}},
    ],
)
def test_a_backup_is_of_one_training_only(changed):
    assert fingerprint(**changed) != fingerprint()
