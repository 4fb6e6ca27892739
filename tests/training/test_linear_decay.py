import pytest

from tfmtl.training import Constant
from tfmtl.training import LinearDecay

ALI_CCP = LinearDecay(initial=0.5, rate=0.25, floor=0.25)
INDUSTRIAL = LinearDecay(initial=2 / 3, rate=1 / 3, floor=0.0)


def test_gives_the_paper_s_curriculum_on_ali_ccp():
    assert [ALI_CCP(epoch) for epoch in range(4)] == [0.5, 0.25, 0.25, 0.25]


def test_gives_the_paper_s_industrial_curriculum():
    values = [INDUSTRIAL(epoch) for epoch in range(4)]
    assert values == pytest.approx([2 / 3, 1 / 3, 0.0, 0.0])


def test_takes_parts_of_an_epoch():
    assert ALI_CCP(0.5) == pytest.approx(0.375)


def test_stays_within_zero_and_one():
    assert LinearDecay(2.0, rate=0.5, floor=-3.0)(0) == 1.0
    assert LinearDecay(2.0, rate=0.5, floor=-3.0)(100) == 0.0


@pytest.mark.parametrize(
    ("decay", "epochs"),
    [
        (ALI_CCP, 2),  # ceil(0.25 / 0.25) + 1
        (INDUSTRIAL, 3),  # ceil(2) + 1, in spite of rounding
        (LinearDecay(0.5, rate=0.2, floor=0.0), 4),  # ceil(2.5) + 1
        (LinearDecay(0.3, rate=0.0, floor=0.3), 1),
    ],
)
def test_knows_how_many_epochs_reach_the_floor(decay, epochs):
    assert decay.min_epochs == epochs
    assert decay(epochs - 1) == max(decay.floor, 0.0)


def test_a_decay_that_stands_still_never_reaches_its_floor():
    with pytest.raises(ValueError, match=r"never reaches.*Constant\(0\.5\)"):
        _ = LinearDecay(0.5, rate=0.0, floor=0.1).min_epochs


@pytest.mark.parametrize("values", [(0.5, -0.1, 0.0), (0.2, 0.1, 0.4)])
def test_refuses_to_rise(values):
    with pytest.raises(ValueError, match="should fall.*Received: initial="):
        LinearDecay(*values)


def test_constant_is_constant():
    assert [Constant(0.25)(epoch) for epoch in (0, 0.5, 9)] == [0.25] * 3
