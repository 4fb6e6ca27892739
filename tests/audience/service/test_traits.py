import numpy as np
import pandas as pd
import pytest

import tfmtl
from tfmtl.audience import service
from tfmtl.audience.service import traits
from tfmtl.audience.service.held_out_users import HeldOutUsers

FEATURES = [
    tfmtl.CategoricalFeature("city", 3, embedding_dim=2),
    tfmtl.CategoricalFeature("tags", 4, 2, max_length=3),
    tfmtl.NumericFeature("spend"),
]


def test_values_are_counted_once_a_user_in_any_number_of_blocks():
    blocks = [
        {
            "city": np.array([1, 1, 2, 0]),
            "tags": np.array([[1, 1, 0], [0, 0, 0], [2, 3, 1], [3, 0, 0]]),
            "spend": np.array([1.0, 2.0, 3.0, 4.0]),
        },
        {
            "city": np.array([2]),
            "tags": np.array([[2, 2, 2]]),
            "spend": np.array([9.0]),
        },
    ]
    counts = traits.count(FEATURES, blocks)
    assert counts.users == 5
    assert counts.values["city"].tolist() == [1, 2, 2]
    assert counts.values["tags"].tolist() == [0, 2, 2, 2]
    assert counts.edges["spend"].tolist() == [1.75, 2.5, 3.25]
    assert counts.values["spend"].tolist() == [1, 1, 1, 2]


def test_traits_are_what_differs_by_more_than_chance():
    pool = traits.Counts(
        1000,
        {"city": np.array([0, 500, 500]), "spend": np.array([250] * 4)},
        {"spend": np.array([1.0, 2.0, 3.5])},
    )
    some = traits.Counts(
        100,
        {"city": np.array([0, 80, 20]), "spend": np.array([50, 25, 25, 0])},
        pool.edges,
    )
    labels = {"city": {1: "Bern"}}
    more, less = traits.traits(some, pool, labels, most=5)
    assert [(t.value, t.share, t.pool_share) for t in more] == [
        ("Bern", 0.8, 0.5),
        ("up to 1", 0.5, 0.25),
    ]
    assert more[0].ratio == pytest.approx(1.6)
    assert [t.value for t in less] == ["above 3.5", "id 2"]
    assert less[0].weight == pytest.approx(0.25 * np.log(1000))
    assert traits.traits(some, pool, labels, most=1)[0] == more[:1]


def test_words_for_ids_are_learned_from_raw_users():
    raw = pd.DataFrame(
        {
            "city": ["Bern", "Bern", "Basel", "Zug", "Chur", None],
            "age": [21, 25, 33, 38, 40, 41],
        }
    )
    features = [
        tfmtl.CategoricalFeature("city", 4, embedding_dim=2),
        tfmtl.CategoricalFeature("age_bucket", 4, embedding_dim=2),
        tfmtl.CategoricalFeature("tags", 4, 2, max_length=2),
    ]
    encoded = {
        "city": np.array([1, 1, 2, 2, 2, 0]),
        "age_bucket": np.array([1, 1, 2, 2, 2, 3]),
        "tags": np.zeros((6, 2)),
    }
    assert service.labels_of(features, raw, encoded) == {
        "city": {1: "Bern", 2: "Basel, Chur, Zug"},
        "age_bucket": {1: "21 to 25", 2: "33 to 40", 3: "41"},
    }


def test_the_gain_curve_is_the_share_of_held_out_seeds_found():
    judged = HeldOutUsers(
        np.arange(6),
        np.array([True, True, False, False, False, False]),
        np.array([0.9, 0.4, 0.8, 0.5, 0.3, 0.1]),
    )
    curve = service.GainCurve(400, judged)
    # Above the best quarter of the others is one of two seeds.
    assert curve.found(100).value == pytest.approx(0.5)
    assert curve.lift(100).value == pytest.approx(2.0)
    assert curve.found(400).value == pytest.approx(1.0)
    sizes = [size for size, _ in curve.points()]
    assert sizes[0] == 1 and sizes[-1] == 400 and sizes == sorted(sizes)
    for size, message in ((0, "size=0"), (401, "400 users are left")):
        with pytest.raises(ValueError, match=message):
            curve.found(size)
