"""Seeds of a layer's parts."""


def seed_of(part: int, seed: int | None) -> int | None:
    """Returns a seed per part: one for all would start them equal.

    Args:
        part: Number of the part, from 0.
        seed: Seed of the layer; None gives None.
    """
    return None if seed is None else seed + part
