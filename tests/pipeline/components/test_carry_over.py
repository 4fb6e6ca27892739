import numpy as np
import pytest

import tfmtl
from pipeline.components.carry_over import carry_over

OLD = {"city": ["Bonn", "Ulm", "Rome"], "tier": ["1", "2"], "goods": ["tea"]}
NEW = {"city": ["Ulm", "Oslo"], "tier": ["1", "2"], "goods": ["rum", "tea"]}


def model_of(values, seed, dim=4, units=4):
    model = tfmtl.models.MetaHeac(
        [
            tfmtl.CategoricalFeature(name, len(values[name]) + 1, dim)
            for name in values
        ],
        [tfmtl.BinaryTask("responds")],
        campaign_features=["goods"],
        num_experts=2,
        num_critics=2,
        expert_units=(units,),
        seed=seed,
    )
    model.build()
    return model


def learned(model):
    return [weight.value for weight in model.trainable_weights]


def user_table(model):
    (embedding,) = model.user_encoder.concatenation.embeddings
    return embedding.table.numpy()


def ids(**columns):
    return {name: np.array(column) for name, column in columns.items()}


def test_rows_of_known_values_go_where_the_values_are_now():
    old, new = model_of(OLD, seed=1), model_of(NEW, seed=2)
    before, fresh = user_table(old), user_table(new)
    assert carry_over(learned(old), OLD, new, NEW) == 1 + 2 + 1
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
    carry_over(learned(old), OLD, new, NEW)
    ulm = old.predict_on_batch(ids(city=[2, 0], tier=[1, 2], goods=[1, 0]))
    now = new.predict_on_batch(ids(city=[1, 0], tier=[1, 2], goods=[2, 0]))
    np.testing.assert_array_equal(ulm["responds"], now["responds"])


def test_a_value_is_counted_once_though_each_task_has_a_table():
    old, new = (
        tfmtl.models.SingleTask(
            [tfmtl.CategoricalFeature("city", len(values["city"]) + 1, 4)],
            [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("like")],
            seed=seed,
        )
        for seed, values in enumerate((OLD, NEW))
    )
    old.build()
    new.build()
    before, now = ({"city": values["city"]} for values in (OLD, NEW))
    assert carry_over(learned(old), before, new, now) == 1
    ulm = old.predict_on_batch(ids(city=[2]))
    for task, score in new.predict_on_batch(ids(city=[1])).items():
        np.testing.assert_array_equal(ulm[task], score)


@pytest.mark.parametrize(
    ("values", "sizes", "message"),
    [
        ({n: NEW[n] for n in ("city", "goods")}, {}, "same features.*'tier'"),
        ({n: NEW[n] for n in ("tier", "city", "goods")}, {}, "another order"),
        (NEW, {"dim": 8}, r"table of shape \(7, 4\), now .* \(6, 8\)"),
        (NEW, {"units": 8}, r"/kernel of shape .*4\), now .*/kernel .*8\)"),
    ],
)
def test_a_model_of_another_make_is_refused_and_nothing_written(
    values, sizes, message
):
    old, new = model_of(OLD, seed=1), model_of(values, seed=2, **sizes)
    before = new.get_weights()
    with pytest.raises(ValueError, match=message) as caught:
        carry_over(learned(old), OLD, new, values)
    assert "train anew, with `warm_start` off" in str(caught.value)
    for was, now in zip(before, new.get_weights(), strict=True):
        np.testing.assert_array_equal(was, now)


def test_another_class_is_refused_though_its_weights_are_as_large():
    features = [tfmtl.CategoricalFeature("city", 3, 4)]
    click = tfmtl.BinaryTask("click")
    tasks = [click, tfmtl.BinaryTask("buy", parent="click")]
    old = tfmtl.models.SharedBottom(features, tasks)
    new = tfmtl.models.ESMM(features, tasks)
    old.build()
    new.build()
    assert [w.shape for w in old.weights] == [w.shape for w in new.weights]
    values = {"city": NEW["city"]}
    with pytest.raises(ValueError, match="shared_bottom/.*, now esmm/"):
        carry_over(learned(old), values, new, values)


def test_a_last_model_that_lacks_a_layer_is_refused():
    old, new = model_of(OLD, seed=1), model_of(NEW, seed=2)
    with pytest.raises(ValueError, match="nothing .*, now meta_heac/"):
        carry_over(learned(old)[:-1], OLD, new, NEW)
