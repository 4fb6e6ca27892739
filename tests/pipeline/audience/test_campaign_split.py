import numpy as np
import pytest

from pipeline.audience import campaign_split
from pipeline.audience.campaign_split import split_campaigns
from pipeline.audience.campaign_split import split_of

CAMPAIGNS = [f"campaign {number}" for number in range(2000)]


def test_about_four_campaigns_in_ten_are_held_out():
    sizes = {n: len(each) for n, each in split_campaigns(CAMPAIGNS).items()}
    assert sum(sizes.values()) == 2000
    assert sizes["eval"] / 2000 == pytest.approx(0.4, abs=0.03)
    assert sizes["dev"] / 2000 == pytest.approx(0.09, abs=0.02)


def test_a_campaign_stays_where_it_is_when_others_come():
    few = split_campaigns(CAMPAIGNS[:100])
    many = split_campaigns(CAMPAIGNS)
    for name, members in few.items():
        assert set(members) <= set(many[name])


def test_another_seed_holds_out_others():
    moved = [split_of(one, 1) != split_of(one, 0) for one in CAMPAIGNS]
    assert 0.3 < np.mean(moved) < 0.7


def test_a_split_without_campaigns_is_refused():
    with pytest.raises(ValueError, match=r"none for \['.*1 campaigns"):
        campaign_split.split_campaigns(["a"])
