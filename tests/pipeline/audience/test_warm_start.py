import numpy as np
import pytest

import tfmtl
from pipeline.audience.warm_start import carry_over

OLD = {"city": ["Bonn", "Ulm", "Rome"], "tier": ["1", "2"], "goods": ["tea"]}
NEW = {"city": ["Ulm", "Oslo"], "tier": ["1", "2"], "goods": ["rum", "tea"]}


def model_of(values, seed, names=("city", "tier", "goods"), dim=4):
    model = tfmtl.models.MetaHeac(
        [
            tfmtl.CategoricalFeature(name, len(values[name]) + 1, dim)
            for name in names
        ],
        [tfmtl.BinaryTask("responds")],
        campaign_features=["goods"],
        num_experts=2,
        num_critics=2,
        expert_units=(4,),
        seed=seed,
    )
    model.build()
    return model


def user_table(model):
    (embedding,) = model.user_encoder.concatenation.embeddings
    return embedding.table.numpy()


def ids(**columns):
    return {name: np.array(column) for name, column in columns.items()}


def test_rows_of_known_values_go_where_the_values_are_now():
    old, new = model_of(OLD, seed=1), model_of(NEW, seed=2)
    before, fresh = user_table(old), user_table(new)
    assert carry_over(old, OLD, new, NEW) == 1 + 2 + 1
    after = user_table(new)
    # unknown, Ulm, Oslo; unknown, 1, 2
    np.testing.assert_array_equal(after[0], before[0])
    np.testing.assert_array_equal(after[1], before[2])
    np.testing.assert_array_equal(after[2], fresh[2])
    np.testing.assert_array_equal(after[3:], before[4:])
    (old_goods,) = old.campaign_encoder.embeddings
    (new_goods,) = new.campaign_encoder.embeddings
    np.testing.assert_array_equal(new_goods.table[2], old_goods.table[1])


def test_known_values_are_judged_as_before():
    old, new = model_of(OLD, seed=1), model_of(NEW, seed=2)
    carry_over(old, OLD, new, NEW)
    ulm = old.predict_on_batch(ids(city=[2, 0], tier=[1, 2], goods=[1, 0]))
    now = new.predict_on_batch(ids(city=[1, 0], tier=[1, 2], goods=[2, 0]))
    np.testing.assert_array_equal(ulm["responds"], now["responds"])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"names": ("city", "goods")}, "same features.*'tier'"),
        ({"dim": 8}, "same width.*4, now 8"),
    ],
)
def test_a_model_of_another_make_is_refused_and_nothing_written(
    changed, message
):
    old, new = model_of(OLD, seed=1), model_of(NEW, seed=2, **changed)
    before = new.get_weights()
    with pytest.raises(ValueError, match=message):
        carry_over(old, OLD, new, NEW)
    for was, now in zip(before, new.get_weights(), strict=True):
        np.testing.assert_array_equal(was, now)
