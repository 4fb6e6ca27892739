"""Seeds of a model's parts, each a stream of its own."""

import zlib

import numpy as np


def seeds_of(part: str, count: int, seed: int | None) -> list[int] | list[None]:
    """Returns seeds that differ between parts and within a part.

    Equal seeds would give equally shaped layers equal weights.

    Args:
        part: Name of the part, such as "towers".
        count: Number of seeds.
        seed: Seed of the model; None gives None for each.
    """
    if seed is None:
        return [None] * count
    stream = np.random.SeedSequence([seed, zlib.crc32(part.encode())])
    # Layers add small numbers to their seed, so leave room below 2**31.
    return [int(word >> 2) for word in stream.generate_state(count)]
