"""The share of labels that PIMM's curriculum told in an epoch."""

from typing import Any

import keras
import tensorflow as tf

from tfmtl import layers


class ToldShare(keras.callbacks.Callback):
    """Logs `told`, the share of outcomes that were told as labels.

    The draws of an epoch are drawn again after it, from the same seeds and
    from the same numbers of calls, so that training is not touched.

    Args:
        rows: Number of training rows.
        batch_size: Rows a batch.
    """

    def __init__(self, rows: int, batch_size: int) -> None:
        super().__init__()
        full, rest = divmod(rows, batch_size)
        self._sizes = [batch_size] * full + ([rest] if rest else [])
        self._draws: list[layers.UniformDraw] = []

    def on_epoch_begin(
        self, epoch: int, logs: dict[str, Any] | None = None
    ) -> None:
        """Notes where the draws of the epoch begin."""
        originals = [self.model.draw]
        if not self.model.shared_mask:
            originals = [merge.draw for merge in self.model.merges]
        self._draws = []
        for original in originals if self.model.explicit else []:
            draw = layers.UniformDraw.from_config(original.get_config())
            draw.calls.assign(original.calls)
            self._draws.append(draw)

    def on_epoch_end(
        self, epoch: int, logs: dict[str, Any] | None = None
    ) -> None:
        """Draws them again, and counts."""
        rate = tf.convert_to_tensor(self.model.label_rate)
        counts = [
            tf.math.count_nonzero(draw(tf.zeros((size, 1))) < rate)
            for draw in self._draws
            for size in self._sizes
        ]
        rows = sum(self._sizes) * len(self._draws)
        told = int(tf.add_n(counts)) if counts else 0
        if logs is not None:
            logs["told"] = told / rows if rows else 0.0
