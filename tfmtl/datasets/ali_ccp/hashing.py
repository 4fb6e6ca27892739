"""Random choices that any chunk and any process makes alike."""

import numpy as np


def uniform(keys: np.ndarray, seed: int) -> np.ndarray:
    """Hashes whole numbers to [0, 1), as evenly as random numbers.

    This is the mixing function of SplitMix64.
    """
    mixed = keys.astype(np.int64).view(np.uint64)
    # Unsigned arithmetic that wraps around is what the function is made of.
    mixed = mixed + np.uint64((seed + 1) * 0x9E3779B97F4A7C15 % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed = mixed ^ (mixed >> np.uint64(31))
    return (mixed >> np.uint64(11)) / 2.0**53
