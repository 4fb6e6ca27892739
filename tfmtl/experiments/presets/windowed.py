"""From samples of advertisers to data of an experiment."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from tfmtl.datasets import windows
from tfmtl.datasets.windows.window_spec import SCENARIO
from tfmtl.experiments.data import Data
from tfmtl.experiments.naive import Naive
from tfmtl.experiments.part import Part

Samples = Mapping[str, np.ndarray]


@dataclasses.dataclass(frozen=True, eq=False)
class Windowed:
    """Samples with attributes, and how they become data.

    Args:
        spec: What was cut out.
        train: Samples to learn from; encoder and label scales do, too.
        dev: Samples to choose by.
        test: Samples to judge by.
        categories: Attributes that are ids or texts; the scenario among them,
            or models go by its attributes alone.
        numbers: Attributes that are amounts.
        buckets: Most buckets of an amount, and of a day of a history.
        embedding_dim: Width of the vectors of a day and of an attribute.
    """

    spec: windows.WindowSpec
    train: Samples
    dev: Samples
    test: Samples
    categories: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    buckets: int = 16
    embedding_dim: int = 8

    def data(self, names: Mapping[int, str], description: str) -> Data:
        """Returns the data, with a group of test rows for each scenario.

        Args:
            names: Names of the scenarios by number.
            description: What the rows are and how they were divided.
        """
        encoder = windows.SampleEncoder(
            self.spec,
            self.categories,
            self.numbers,
            buckets=self.buckets,
            day_dim=self.embedding_dim,
            embedding_dim=self.embedding_dim,
        ).fit(self.train)
        train, dev, test = (
            self._part(encoder, samples)
            for samples in (self.train, self.dev, self.test)
        )
        return Data(
            encoder.features,
            # As in the job: the exponential runs away in early steps.
            windows.count_tasks(
                self.train, self.spec, keras.activations.softplus
            ),
            train,
            dev,
            test,
            description,
            groups={
                name: self.test[SCENARIO] == number
                for number, name in names.items()
            },
        )

    def _part(self, encoder: Any, samples: Samples) -> Part:
        naive = windows.naive_forecasts(samples, self.spec)
        return Part(
            {**encoder.encode(samples), **Naive.columns(naive)},
            windows.labels(samples, self.spec),
        )


def split_words(split: windows.TimeSplit) -> str:
    """Returns in words how the anchors were divided.

    Args:
        split: The anchors.
    """
    parts = ", ".join(
        f"{name} {days[0]} to {days[-1]} ({len(days)})"
        for name, days in zip(
            ("train", "dev", "test"), split.sets.values(), strict=True
        )
    )
    return (
        f"anchors {parts}, labels of {split.spec.ahead} days after each, and "
        f"{split.gap} days or more between the labels of a part and the next"
    )
