import numpy as np

from tfmtl.datasets.hashing import hash_ids
from tfmtl.datasets.hashing import hash_texts
from tfmtl.datasets.hashing import uniform


def test_hashes_as_splitmix64_does():
    # The first two outputs of the reference generator seeded with 0.
    assert hash_ids(np.array([0]))[0] == 0xE220A8397B1DCDAF
    assert hash_ids(np.array([0]), seed=1)[0] == 0x6E789E6AA1B965F4


def test_hashes_negative_and_short_numbers_as_any_other():
    ids = np.array([-1, 7], np.int8)
    np.testing.assert_array_equal(hash_ids(ids), hash_ids(ids.astype(int)))
    assert len(set(hash_ids(np.arange(-500, 500)))) == 1000


def test_uniform_numbers_fill_the_unit_interval_evenly():
    numbers = uniform(np.arange(100_000), seed=3)
    assert 0 <= numbers.min() and numbers.max() < 1
    counts = np.histogram(numbers, bins=10, range=(0, 1))[0]
    np.testing.assert_allclose(counts, 10_000, rtol=0.05)


def test_a_text_has_its_hash_whatever_stands_beside_it():
    texts = np.array(["a", "eightlet", "nine lett", "é" * 40])
    hashes = hash_texts(texts)
    assert len(set(hashes)) == 4
    for text, value in zip(texts, hashes, strict=True):
        assert hash_texts(np.array([text]))[0] == value
    assert not set(hashes) & set(hash_texts(texts, seed=1))
