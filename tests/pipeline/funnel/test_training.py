import types

import pytest

from pipeline.components.transformed_rows import fingerprint
from pipeline.funnel import training

CONFIG = training.TrainingConfig("PIMM", "funnel", "backup")


def fingerprint_of(**changed):
    arguments = {
        "transform_graph_path": "transform/3",
        "train_files": ["b", "a"],
        "hyperparameters": None,
        **changed,
    }
    return fingerprint(CONFIG, types.SimpleNamespace(**arguments))


def test_the_order_of_files_does_not_make_another_training():
    assert fingerprint_of(train_files=["a", "b"]) == fingerprint_of()


@pytest.mark.parametrize(
    "changed",
    [
        {"transform_graph_path": "transform/4"},
        {"train_files": ["a"]},
        {"hyperparameters": {"values": {"width": 64}}},
        {"base_model": "trainer/2"},
    ],
)
def test_a_backup_is_of_one_training_only(changed):
    assert fingerprint_of(**changed) != fingerprint_of()
