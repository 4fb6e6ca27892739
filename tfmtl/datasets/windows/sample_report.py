"""What was cut, in numbers."""

import dataclasses
from collections.abc import Mapping

import numpy as np

from tfmtl.datasets.windows.window_spec import MASK
from tfmtl.datasets.windows.window_spec import SCENARIO
from tfmtl.datasets.windows.window_spec import WindowSpec


@dataclasses.dataclass(frozen=True)
class SampleReport:
    """Counts of samples; those of two parts can be added.

    Args:
        rows: Number of samples.
        short: Samples whose history is shorter than asked for: the advertiser
            was first seen within it.
        by_scenario: Number of samples of each scenario.
        label_sums: Sum of each task's labels.

    Example:

    >>> SampleReport(3, 1, {1: 3}) + SampleReport(2, 0, {1: 1, 4: 1})
    SampleReport(rows=5, short=1, by_scenario={1: 4, 4: 1}, label_sums={})
    """

    rows: int = 0
    short: int = 0
    by_scenario: Mapping[int, int] = dataclasses.field(default_factory=dict)
    label_sums: Mapping[str, float] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(
        cls, samples: Mapping[str, np.ndarray], spec: WindowSpec
    ) -> "SampleReport":
        """Counts samples.

        Args:
            samples: Samples, with labels or without.
            spec: What was cut out.
        """
        scenarios, counts = np.unique(samples[SCENARIO], return_counts=True)
        return cls(
            rows=len(samples[SCENARIO]),
            short=int((~samples[MASK]).any(axis=1).sum()),
            by_scenario=dict(
                zip(scenarios.tolist(), counts.tolist(), strict=True)
            ),
            label_sums={
                name: float(samples[name].sum(dtype=np.float64))
                for name in spec.tasks
                if name in samples
            },
        )

    def __add__(self, other: "SampleReport") -> "SampleReport":
        return SampleReport(
            rows=self.rows + other.rows,
            short=self.short + other.short,
            by_scenario=_added(self.by_scenario, other.by_scenario),
            label_sums=_added(self.label_sums, other.label_sums),
        )


def _added(one: Mapping, other: Mapping) -> dict:
    keys = sorted({*one, *other})
    return {key: one.get(key, 0) + other.get(key, 0) for key in keys}
