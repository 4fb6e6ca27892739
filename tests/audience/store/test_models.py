import pytest


@pytest.fixture
def three(store):
    """A store whose campaign `spring` has three versions of its model."""
    for number in (1, 2, 3):
        store.add_model("spring", f"models/{number}", metrics={"auc": 0.7})
    return store


def test_a_model_comes_back_as_it_was_added(store):
    general = store.add_model(None, "general/1", metrics={"auc": 0.7})
    own = store.add_model(
        "spring", "own/1", metrics={}, parent=general, training_set=4
    )
    assert (own.parent, own.training_set) == (general.model_id, 4)
    assert store.models("spring") == [own]
    assert store.models(None) == [general]


def test_versions_of_each_campaign_count_from_one(three):
    assert [m.version for m in three.models("spring")] == [1, 2, 3]
    assert three.add_model("summer", "models/1").version == 1
    assert three.add_model(None, "models/1").version == 1


def test_the_last_one_is_the_current_one(three):
    assert three.current_model("spring").version == 3
    assert three.current_model("summer") is None


def test_the_same_path_again_changes_nothing(three):
    again = three.add_model("spring", "models/2", metrics={"auc": 0.1})
    assert (again.version, again.metrics) == (2, {"auc": 0.7})
    assert len(three.models("spring")) == 3


def test_rolling_back_goes_back_version_by_version(three):
    assert three.roll_back("spring").version == 2
    assert three.roll_back("spring").version == 1
    assert three.current_model("spring").version == 1
    with pytest.raises(ValueError, match="version to go back to"):
        three.roll_back("spring")


def test_rolling_back_does_not_go_to_what_was_rolled_back(three):
    three.roll_back("spring")
    assert three.add_model("spring", "models/4").version == 4
    assert three.roll_back("spring").version == 2


def test_rolling_back_can_name_the_version_and_be_undone(three):
    assert three.roll_back("spring", to=1).version == 1
    assert three.roll_back("spring", to=3).version == 3
    assert three.current_model("spring").version == 3


@pytest.mark.parametrize("to", [0, 4])
def test_a_version_that_is_not_there_is_refused(three, to):
    with pytest.raises(ValueError, match=rf"to={to}, versions \[1, 2, 3\]"):
        three.roll_back("spring", to=to)
    assert three.current_model("spring").version == 3


def test_metrics_that_are_not_finite_are_refused(store):
    with pytest.raises(ValueError, match="`metrics` should have finite"):
        store.add_model("spring", "own/1", metrics={"auc": float("nan")})


def test_an_audience_is_kept_once(three):
    first = three.add_audience("spring", 2, "audience.csv", 500)
    again = three.add_audience("spring", 2, "audience.csv", 500)
    other = three.add_audience("spring", 3, "audience.csv", 500)
    assert again == first
    assert three.audiences("spring") == [first, other]


def test_an_audience_of_no_model_is_refused(three):
    with pytest.raises(ValueError, match="model_version=5"):
        three.add_audience("spring", 5, "audience.csv", 500)
