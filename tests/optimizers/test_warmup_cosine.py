import numpy as np
import pytest

from tfmtl import optimizers


@pytest.mark.parametrize(
    ("steps", "warmup_steps", "peak"),
    [(1, 500, 0), (3, 500, 0), (40, 500, 10), (3000, 500, 500), (40, 0, 0)],
)
def test_rises_in_a_quarter_of_the_steps_at_most_and_falls_to_zero(
    steps, warmup_steps, peak
):
    schedule = optimizers.warmup_cosine(0.1, steps, warmup_steps)
    at = np.unique(np.linspace(0, steps, 50).astype(int).tolist() + [peak])
    rates = np.array([schedule(step) for step in at])
    assert at[rates.argmax()] == peak
    assert rates.max() == pytest.approx(0.1)
    assert (np.diff(rates[at <= peak]) > 0).all()
    assert (np.diff(rates[at >= peak]) < 0).all()
    assert rates[-1] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("steps", "warmup_steps"), [(0, 500), (-1, 0), (10, -1)]
)
def test_refuses_numbers_of_steps_that_make_no_sense(steps, warmup_steps):
    with pytest.raises(ValueError, match=f"steps={steps}, warmup_steps="):
        optimizers.warmup_cosine(0.1, steps, warmup_steps)
