"""Lets a killed training go on where it was."""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras

from tfmtl.training import stopping_state

_WEIGHTS = "weights.h5"
_STOPPING = "stopping.npz"
_FILE = re.compile(r"epoch-(\d+)\.(weights\.h5|stopping\.npz)")


class EpochBackup(keras.callbacks.Callback):
    """Keeps weights and optimizer state of the last finished epoch.

    `keras.callbacks.BackupAndRestore` writes over its only copy: killed at
    that moment, training cannot start again. Here a backup is written aside
    and renamed, so that the last whole one is always there. The backup is
    removed when training ends.

    With `early_stopping`, what that callback has seen is kept too: the best
    epoch so far, its weights, and how long it has waited for a better one. A
    resumed training then stops at the epoch, and ends with the weights, of
    one in one go. What other callbacks have seen is not kept.

    Args:
        directory: Local folder of the backup, used by nothing else.
        early_stopping: Optional `keras.callbacks.EarlyStopping` of the same
            training. It stands before this callback in the list.

    Example:

        stopping = keras.callbacks.EarlyStopping(
            "val_auc_sum", mode="max", restore_best_weights=True)
        backup = tfmtl.training.EpochBackup("backup", stopping)
        model.fit(
            data,
            validation_data=dev,
            epochs=9,
            initial_epoch=backup.restore(model),
            callbacks=[stopping, backup],
        )
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        early_stopping: keras.callbacks.EarlyStopping | None = None,
    ) -> None:
        super().__init__()
        self.directory = Path(directory)
        self.early_stopping = early_stopping
        self._stopping_state: dict[str, Any] | None = None

    def restore(self, model: keras.Model) -> int:
        """Loads the backup into a compiled model, if there is one.

        Args:
            model: The model that is going to be trained.

        Returns:
            The epoch to go on with: the number of finished ones, 0 without a
            backup, and one past all if training had stopped early already.
        """
        finished = [int(m[1]) for m in self._files() if m[2] == _WEIGHTS]
        if not finished:
            return 0
        epochs = max(finished)
        model.load_weights(self._path(epochs, _WEIGHTS))
        path = self._path(epochs, _STOPPING)
        if self.early_stopping is None or not path.exists():
            return epochs
        self._stopping_state = stopping_state.load(path)
        return sys.maxsize if self._stopping_state["stopped_epoch"] else epochs

    def on_train_begin(self, logs: Any = None) -> None:
        if self._stopping_state is not None:
            stopping_state.put_back(self.early_stopping, self._stopping_state)
            self._stopping_state = None

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        done = epoch + 1
        stopping = self.early_stopping
        if stopping is not None:
            # The weights come last: with them the backup is whole.
            self._write(
                self._path(done, _STOPPING),
                lambda path: stopping_state.save(stopping, path),
            )
        self._write(self._path(done, _WEIGHTS), self.model.save_weights)
        self._remove(lambda epochs: epochs != done)

    def on_train_end(self, logs: Any = None) -> None:
        self._remove(lambda epochs: True)

    def _path(self, epochs: int, kind: str) -> Path:
        return self.directory / f"epoch-{epochs}.{kind}"

    def _write(self, path: Path, write: Callable[[Path], None]) -> None:
        """Writes a file aside, and puts it in its place when it is whole."""
        partial = self.directory / f".tmp-{os.getpid()}.{path.name}"
        write(partial)
        partial.replace(path)

    def _remove(self, unwanted: Callable[[int], bool]) -> None:
        # Weights first: without them what is left is not taken for a backup.
        for match in sorted(self._files(), key=lambda m: m[2] != _WEIGHTS):
            if unwanted(int(match[1])):
                (self.directory / match[0]).unlink()

    def _files(self) -> list[re.Match[str]]:
        """Returns the names of the files that are whole."""
        if not self.directory.is_dir():
            return []
        names = (path.name for path in self.directory.iterdir())
        return [match for match in map(_FILE.fullmatch, names) if match]
