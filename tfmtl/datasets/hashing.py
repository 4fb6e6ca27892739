"""Random choices that any process and any machine makes alike."""

import numpy as np


def hash_ids(ids: np.ndarray, seed: int = 0) -> np.ndarray:
    """Scrambles whole numbers to 64 bits by the finaliser of SplitMix64.

    Written out because pandas does not promise that its own hash stays the
    same; no two ids get the same hash.

    Args:
        ids: Array of ints.
        seed: Int, makes another choice.

    Returns:
        Array of uint64 of the same shape.

    Example:

    >>> [hex(number) for number in hash_ids(np.array([0]))]
    ['0xe220a8397b1dcdaf']
    """
    return _scramble(ids.astype(np.int64).view(np.uint64) + _start(seed))


def hash_texts(texts: np.ndarray, seed: int = 0) -> np.ndarray:
    """Scrambles text to 64 bits, eight bytes of UTF-8 at a time.

    A text has the same hash whatever the others of the array are.

    Args:
        texts: Array of text, one dimension.
        seed: Int, makes another choice.

    Returns:
        Array of uint64 of the same shape.

    Example:

    >>> [hex(number) for number in hash_texts(np.array(["user 7"]))]
    ['0x711a6e9fba2d3cb1']
    """
    encoded = np.char.encode(texts.astype(str), "utf-8")
    count = -(-max(encoded.dtype.itemsize, 1) // 8)
    words = encoded.astype(f"S{8 * count}").view("<u8").reshape(-1, count)
    bits = np.full(len(words), _start(seed))
    for word in words.T:
        # Behind the end of a text there is nothing to add.
        bits = np.where(word == 0, bits, _scramble(bits + word))
    return _scramble(bits)


def uniform(ids: np.ndarray, seed: int = 0) -> np.ndarray:
    """Hashes whole numbers to [0, 1), as evenly as random numbers.

    Args:
        ids: Array of ints.
        seed: Int, makes another choice.

    Returns:
        Array of float64 of the same shape.

    Example:

    >>> uniform(np.array([0, 1])).round(3)
    array([0.883, 0.567])
    """
    return (hash_ids(ids, seed) >> np.uint64(11)) / 2.0**53


def _start(seed: int) -> np.uint64:
    return np.uint64((seed + 1) * 0x9E3779B97F4A7C15 % 2**64)


def _scramble(bits: np.ndarray) -> np.ndarray:
    # Unsigned arithmetic that wraps around is what the function is made of.
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
