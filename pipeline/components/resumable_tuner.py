"""A search of hyperparameters that may be killed."""

import hashlib
import json
import logging
import math
import os
import shutil
from collections.abc import Callable
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras_tuner
from keras_tuner import errors
from keras_tuner.engine import base_tuner

from pipeline.components.run_summary import describe_values
from tfmtl.files import write_text
from tfmtl.models import NonFiniteLossError

_LOG = logging.getLogger(__name__)


class ResumableTuner(base_tuner.BaseTuner):
    """Trains with the defaults, then with values drawn at random.

    A score is kept in `folder` until the search has ended, so that a search
    that was killed only repeats the trial that was cut off: the draws are
    those of the seed. A loss that is not finite fails a trial; every other
    error stops the search.

    Args:
        train: Trains with a value for each name, and returns the score.
        space: What may be chosen, and the defaults.
        objective: Name of the score, which is maximised.
        trials: Number of trials, the defaults among them.
        seed: Makes the draws repeatable.
        folder: Folder of the scores, for this search alone.
        working_dir: Folder of KerasTuner's own files.
    """

    def __init__(
        self,
        train: Callable[[dict[str, Any]], float],
        space: keras_tuner.HyperParameters,
        objective: str,
        trials: int,
        seed: int,
        folder: str | os.PathLike[str],
        working_dir: str,
    ) -> None:
        oracle = _DefaultsFirst(
            keras_tuner.Objective(objective, "max"),
            max_trials=trials,
            seed=seed + 1,  # 0 would mean any seed
            hyperparameters=space,
            # More than there can be: a search without a result ends below.
            max_consecutive_failed_trials=trials + 1,
        )
        oracle.verbose = 0
        super().__init__(oracle, directory=working_dir, overwrite=True)
        self._train = train
        self._folder = Path(folder)

    def run_trial(
        self, trial: Any, *args: Any, **kwargs: Any
    ) -> dict[str, float]:
        """Returns the score of a trial, from the folder if it is there."""
        values = trial.hyperparameters.values
        path = self._folder / f"{_digest(values)}.json"
        known = path.exists()
        if known:
            score = json.loads(path.read_text("utf-8"))
        else:
            score = self._score(values)
            write_text(path, json.dumps(score) + "\n")
        _LOG.info(
            "  trial %d of %d: %s %.4f with %s%s",
            int(trial.trial_id) + 1,
            self.oracle.max_trials,
            self.oracle.objective.name,
            score,
            describe_values(values),
            ", kept from before" if known else "",
        )
        return {self.oracle.objective.name: score}

    def _score(self, values: dict[str, Any]) -> float:
        try:
            return self._train(values)
        except NonFiniteLossError as error:
            told = describe_values(values)
            _LOG.info("  a trial failed with %s: %s", told, error)
            raise errors.FailedTrialError(str(error)) from error
        except Exception as error:  # KerasTuner would pass over any other one
            told = f"{type(error).__name__}: {error}"
            raise errors.FatalError(told) from error

    def on_search_end(self) -> None:
        """Clears the folder.

        Raises:
            ValueError: If no trial has a score.
        """
        scores = [trial.score for trial in self.oracle.trials.values()]
        if all(score is None or math.isnan(score) for score in scores):
            raise ValueError(
                "A trial of the tuner should have a score; look in the log "
                "for losses that diverged, and whether each task has labels "
                "of both kinds in the split that scores. "
                f"Received: {self.oracle.objective.name}={scores}."
            )
        shutil.rmtree(self._folder, ignore_errors=True)


class _DefaultsFirst(keras_tuner.oracles.RandomSearchOracle):
    """Draws at random, once it is known what the defaults are worth."""

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Returns the values of the next trial."""
        if self.trials:
            return super().populate_space(trial_id)
        defaults = {hp.name: hp.default for hp in self.get_space().space}
        return {"status": "RUNNING", "values": defaults}


def _digest(values: Mapping[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
