import numpy as np
import pytest

from tfmtl import audience


def test_a_campaign_comes_back_as_it_was_created(store):
    created = store.create_campaign(
        "autumn",
        name="Autumn sale",
        owner="Ada",
        features={"topic": "garden", "ids": np.array([1, 2])},
        size=500,
    )
    assert created.features == {"topic": "garden", "ids": [1, 2]}
    assert (created.name, created.owner, created.size) == (
        "Autumn sale",
        "Ada",
        500,
    )
    assert store.campaign("autumn") == created


def test_campaigns_are_listed_in_the_order_of_their_creation(store):
    ids = [campaign.campaign_id for campaign in store.campaigns()]
    assert ids == ["spring", "summer"]


def test_a_closed_campaign_is_not_listed_among_the_open_ones(store):
    assert not store.close_campaign("spring").is_open
    (left,) = store.campaigns(is_open=True)
    assert left.campaign_id == "summer"
    assert len(store.campaigns()) == 2


def test_an_id_that_exists_is_refused_and_the_campaign_stays(store):
    before = store.campaign("spring")
    with pytest.raises(ValueError, match="no campaign has.*'spring'"):
        store.create_campaign("spring", name="another")
    assert store.campaign("spring") == before


def test_an_unknown_campaign_is_refused_by_every_method(store):
    for call in (
        store.campaign,
        store.close_campaign,
        store.seeds,
        store.feedback,
        store.training_set,
        store.models,
        store.current_model,
        store.roll_back,
        store.audiences,
        lambda name: store.add_seeds(name, [1, 2]),
        lambda name: store.draw_training_set(name, [1, 2]),
        lambda name: store.add_model(name, "path"),
        lambda name: store.add_audience(name, 1, "path", 5),
        lambda name: store.enqueue(name, "customise"),
        lambda name: store.claim("worker", campaign_id=name),
    ):
        with pytest.raises(audience.UnknownCampaignError, match="'winter'"):
            call("winter")


@pytest.mark.parametrize("campaign_id", ["", "  ", 5, None, "a\0b"])
def test_an_id_that_is_no_text_is_refused(store, campaign_id):
    with pytest.raises(ValueError, match="should be text"):
        store.create_campaign(campaign_id)


@pytest.mark.parametrize("value", [{1, 2}, float("nan"), object()])
def test_a_feature_that_cannot_be_kept_is_refused(store, value):
    with pytest.raises(ValueError, match="`features` should have finite"):
        store.create_campaign("autumn", features={"topic": value})
    assert len(store.campaigns()) == 2
