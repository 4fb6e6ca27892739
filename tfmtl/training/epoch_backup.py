"""Lets a killed training go on where it was."""

import os
import re
from pathlib import Path
from typing import Any

import keras

_FILE = re.compile(r"epoch-(\d+)\.weights\.h5")


class EpochBackup(keras.callbacks.Callback):
    """Keeps weights and optimizer state of the last finished epoch.

    `keras.callbacks.BackupAndRestore` writes over its only copy: killed at
    that moment, training cannot start again. Here a backup is written aside
    and renamed, so that the last whole one is always there. The backup is
    removed when training ends.

    What other callbacks have seen, such as the best epoch so far of
    `EarlyStopping`, is not kept: give this one last, and they start anew.

    Args:
        directory: Local folder of the backup, used by nothing else.

    Example:

        backup = tfmtl.training.EpochBackup("backup")
        model.fit(
            data,
            epochs=9,
            initial_epoch=backup.restore(model),
            callbacks=[backup],
        )
    """

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        super().__init__()
        self.directory = Path(directory)

    def restore(self, model: keras.Model) -> int:
        """Loads the backup into a compiled model, if there is one.

        Args:
            model: The model that is going to be trained.

        Returns:
            The number of finished epochs, 0 without a backup.
        """
        backups = self._backups()
        if not backups:
            return 0
        epochs = max(backups)
        model.load_weights(backups[epochs])
        return epochs

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        former = self._backups().values()
        partial = self.directory / f".tmp-{os.getpid()}.weights.h5"
        self.model.save_weights(partial)
        partial.replace(self.directory / f"epoch-{epoch + 1}.weights.h5")
        for path in former:
            path.unlink()

    def on_train_end(self, logs: Any = None) -> None:
        for path in self._backups().values():
            path.unlink()

    def _backups(self) -> dict[int, Path]:
        """Returns the whole backups by their number of finished epochs."""
        if not self.directory.is_dir():
            return {}
        matches = (
            (_FILE.fullmatch(p.name), p) for p in self.directory.iterdir()
        )
        return {int(match[1]): path for match, path in matches if match}
