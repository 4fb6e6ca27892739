import json

from pipeline.funnel import hyperparameters
from pipeline.funnel.hyperparameters import Hyperparameters


def test_the_defaults_hold_where_no_tuner_ran():
    assert Hyperparameters.chosen(None) == Hyperparameters(
        learning_rate=1e-3, dropout=0.2, width=128, curriculum_floor=0.25
    )


def test_what_was_not_searched_keeps_its_default():
    config = {"space": [], "values": {"width": 64, "learning_rate": 0.002}}
    assert Hyperparameters.chosen(config) == Hyperparameters(0.002, width=64)


def test_the_summary_reads_the_last_trainer(tmp_path):
    for number, values in ((9, {"width": 64}), (10, {"width": 256})):
        folder = tmp_path / "Trainer" / "model_run" / str(number)
        folder.mkdir(parents=True)
        (folder / "hyperparameters.json").write_text(json.dumps(values))
    assert hyperparameters.latest_chosen(str(tmp_path)) == {"width": 256}
