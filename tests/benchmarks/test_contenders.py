import numpy as np
import pytest

from benchmarks import contenders
from tfmtl.datasets import synthetic

BATCH_SIZE = 4
SIZES = (20, 10)


@pytest.fixture
def path():
    made = synthetic.conversion_path(
        12, steps=2, rates=(0.5, 0.25), vocabulary_sizes=SIZES
    )
    return contenders.with_dim(made, 5)


MAKERS = [
    contenders.ours,
    contenders.stock_slices,
    contenders.stock_documented,
]


@pytest.mark.parametrize("make", MAKERS)
def test_all_models_have_the_same_weights(path, make):
    inputs = 5 * len(SIZES)
    experts = 4 * ((inputs + 1) * 128 + (128 + 1) * 64)
    gates = 2 * (inputs + 1) * 4
    towers = 2 * ((64 + 1) * 32 + (32 + 1))
    expected = 5 * sum(SIZES) + experts + gates + towers
    model = make(path, BATCH_SIZE).model
    count = sum(np.prod(w.shape) for w in model.trainable_variables)
    assert count == expected


@pytest.mark.parametrize("make", MAKERS)
def test_all_see_every_row_once_an_epoch(path, make):
    dataset = make(path, BATCH_SIZE).dataset
    clicks = np.concatenate([y["step_1"].numpy() for _, y in dataset])
    assert clicks.shape == (12, 1)
    assert clicks.sum() == path.y["step_1"].sum()


def test_slices_are_whole_batches_in_order(path):
    dataset = contenders.stock_slices(path, BATCH_SIZE).dataset
    x, _ = next(iter(dataset))
    np.testing.assert_array_equal(x["field_1"], path.x["field_1"][:BATCH_SIZE])


@pytest.mark.slow
@pytest.mark.parametrize("make", MAKERS)
def test_an_epoch_trains(path, make):
    contender = make(path, BATCH_SIZE)
    before = [w.numpy() for w in contender.model.trainable_variables]
    contender.warm_up()
    contender.epoch()
    after = contender.model.trainable_variables
    assert all(
        (old != new.numpy()).any()
        for old, new in zip(before, after, strict=True)
    )
