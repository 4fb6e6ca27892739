"""Fine-tuning of one model for many campaigns, with signs of life."""

import dataclasses
import threading
from collections.abc import Sequence
from typing import Any

from tfmtl.audience.fine_tuning import FineTuning
from tfmtl.audience.prepared_tuning import PreparedTuning
from tfmtl.audience.service.step import Step
from tfmtl.audience.service.step import Watch
from tfmtl.audience.service.step import unwatched


class WatchedTuning:
    """Traces the training once, when it is first needed, and tells of epochs.

    Args:
        tuning: How models are trained.
        model: The general model.
    """

    def __init__(self, tuning: FineTuning, model: Any) -> None:
        self._told = dataclasses.replace(tuning, stop=self._stop)
        self._stops = tuning.stop
        self._model = model
        self._prepared: PreparedTuning | None = None
        self._lock = threading.Lock()
        # Campaigns wait for each other, and each has somebody who watches.
        self._local = threading.local()

    def watched_by(self, watch: Watch) -> Any:
        """Returns what `AudienceExpander` takes as `fine_tuning`.

        Args:
            watch: Told of each epoch, in the thread that trains.
        """

        def tune(*args: Any, **options: Any) -> Any:
            with self._lock:
                if self._prepared is None:
                    self._prepared = self._told.prepare(self._model)
            self._local.watch = watch
            return self._prepared(*args, **options)

        return tune

    def once(self, tuning: FineTuning, watch: Watch) -> FineTuning:
        """Returns the same for a model that is trained only once.

        Args:
            tuning: How it is trained.
            watch: Told of each epoch.
        """
        self._local.watch = watch
        return dataclasses.replace(tuning, stop=self._stop)

    def _stop(self, losses: Sequence[float]) -> bool:
        watch = getattr(self._local, "watch", unwatched)
        watch(Step("training", epoch=len(losses), loss=losses[-1]))
        return self._stops(losses)
