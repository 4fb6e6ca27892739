import math

import keras_tuner
import pytest
from keras_tuner import errors

from pipeline.components.resumable_tuner import ResumableTuner
from tfmtl.models import NonFiniteLossError

DEFAULTS = {"rate": 0.001, "width": 128}


def rate_of(values):
    """A score that is best where the rate is highest."""
    return 1000 * values["rate"]


class Search:
    """A search whose trainings are a function, and what it was called with."""

    def __init__(self, folder, train=rate_of, trials=3):
        self.tried = []
        self.folder = folder / "backup"
        space = keras_tuner.HyperParameters()
        space.Float("rate", 1e-4, 1e-2, sampling="log", default=1e-3)
        space.Choice("width", [64, 128, 256], default=128)

        def noted(values):
            self.tried.append(dict(values))
            return train(values)

        self.tuner = ResumableTuner(
            noted, space, "auc", trials, 0, self.folder, str(folder / "work")
        )

    def run(self):
        self.tuner.search()
        [best] = self.tuner.get_best_hyperparameters()
        return best.values


def test_the_defaults_are_tried_first(tmp_path):
    search = Search(tmp_path)
    search.run()
    first, second, third = search.tried
    assert first == DEFAULTS
    assert DEFAULTS["rate"] != second["rate"] != third["rate"]


def test_the_highest_score_is_chosen(tmp_path):
    search = Search(tmp_path)
    assert search.run()["rate"] == max(each["rate"] for each in search.tried)


def test_without_a_better_one_the_defaults_are_kept(tmp_path):
    search = Search(tmp_path, lambda values: float(values == DEFAULTS))
    assert search.run() == DEFAULTS


def test_a_killed_search_repeats_only_the_trial_that_was_cut_off(tmp_path):
    whole = Search(tmp_path / "whole")
    expected = whole.run()

    def killed(values):
        if values == whole.tried[2]:
            raise KeyboardInterrupt
        return rate_of(values)

    with pytest.raises(KeyboardInterrupt):
        Search(tmp_path, killed).run()
    second = Search(tmp_path)
    assert second.run() == expected
    assert second.tried == [whole.tried[2]]


def test_a_finished_search_leaves_nothing_behind(tmp_path):
    search = Search(tmp_path)
    search.run()
    assert not search.folder.exists()


def test_a_diverged_trial_is_passed_over(tmp_path, caplog):
    def diverges(values):
        if values == DEFAULTS:
            raise NonFiniteLossError("The total loss became NaN.")
        return rate_of(values)

    caplog.set_level("INFO", logger="pipeline")
    search = Search(tmp_path, diverges)
    assert search.run() in search.tried[1:]
    assert len(search.tried) == 3
    assert caplog.messages[0] == (
        "  a trial failed with rate 0.001, width 128: The total loss became "
        "NaN."
    )


def test_an_error_of_a_training_is_not_passed_over(tmp_path):
    def broken(values):
        raise ValueError("No such column.")

    search = Search(tmp_path, broken)
    with pytest.raises(errors.FatalError, match="No such column"):
        search.run()
    assert len(search.tried) == 1


@pytest.mark.parametrize("trials", [1, 4])
def test_a_search_without_a_score_is_refused(tmp_path, trials):
    search = Search(tmp_path, lambda _: math.nan, trials)
    with pytest.raises(ValueError, match="labels of both kinds"):
        search.run()
    assert len(search.tried) == trials


def test_trials_are_shown_while_they_run(tmp_path, caplog):
    caplog.set_level("INFO", logger="pipeline")
    Search(tmp_path, lambda _: 2.12345).run()
    assert caplog.messages[0] == (
        "  trial 1 of 3: auc 2.1235 with rate 0.001, width 128"
    )
    assert len(caplog.messages) == 3
