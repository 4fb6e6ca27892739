"""Some of a model's features, taken out of packed inputs."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfmtl.features import IDS
from tfmtl.features import NUMBERS
from tfmtl.features import Feature
from tfmtl.features import NumericFeature
from tfmtl.features import id_width
from tfmtl.layers.packed_inputs import check_packed


class FeatureSubset:
    """Picks the columns of some features out of packed ones.

    Args:
        features: All features, in the order of packing.
        chosen: Those to pick.
    """

    def __init__(
        self, features: Sequence[Feature], chosen: Sequence[Feature]
    ) -> None:
        self._features = tuple(features)
        self._places: dict[str, list[int]] = {IDS: [], NUMBERS: []}
        ends = {IDS: 0, NUMBERS: 0}
        for feature in features:
            if isinstance(feature, NumericFeature):
                group, width = NUMBERS, 1
            else:
                group, width = IDS, id_width(feature)
            start = ends[group]
            ends[group] += width
            if feature in chosen:
                self._places[group].extend(range(start, ends[group]))

    def __call__(self, inputs: Any) -> Any:
        """Returns packed inputs of the chosen features, others as they are.

        Args:
            inputs: Packed inputs of all features, or columns by name.

        Raises:
            ValueError: If inputs were packed with other features.
        """
        if not isinstance(inputs, Mapping) or not {IDS, NUMBERS} & set(inputs):
            return inputs
        check_packed(self._features, inputs)
        return {
            name: tf.gather(inputs[name], places, axis=1)
            for name, places in self._places.items()
            if places
        }
