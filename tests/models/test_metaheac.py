import numpy as np
import pytest
import tensorflow as tf

import tfmtl
from tfmtl.models import MetaHeac
from tfmtl.training import MetaLearner
from tfmtl.training import domain_episodes

FEATURES = [
    tfmtl.CategoricalFeature("age", 3, embedding_dim=1),
    tfmtl.CategoricalFeature("category", 3, embedding_dim=1),
    tfmtl.CategoricalFeature("tags", 4, embedding_dim=1, max_length=3),
]
TASKS = [tfmtl.BinaryTask("converts")]
INPUTS = {
    "age": tf.constant([1, 2]),
    "category": tf.constant([1, 2]),
    "tags": tf.constant([[2, 3, 0], [0, 0, 0]]),
}


def by_hand(**options):
    """Returns a model small enough to be worked out on paper.

    With x = (age, tags), the experts are relu(x @ (1, 1)) and
    relu(x @ (1, -1)); the gates read (mean of x, category).
    """
    model = MetaHeac(
        FEATURES,
        TASKS,
        campaign_features=["category"],
        num_experts=2,
        num_critics=2,
        expert_units=(1,),
        gate_units=(),
        **options,
    )
    model.build()
    users, campaign = model.user_encoder, model.campaign_encoder
    (table,) = users.trainable_weights
    table.assign([[0], [1], [2], [0], [0], [4], [6]])  # age, then tags
    campaign.trainable_weights[0].assign([[0.0], [1.0], [-1.0]])
    model.experts.kernels[0].assign([[[1.0], [1.0]], [[1.0], [-1.0]]])
    (gate,), (critics,) = model.expert_gates, model.critics
    # The first expert's score is the campaign's number times log 3.
    gate._softmax.kernel.assign([[0.0, 0.0], [np.log(3.0), 0.0]])
    # The first critic's score is the mean of x, times log 2.
    critics._scores_of_gate.kernel.assign([[np.log(2.0), 0.0], [0.0, 0.0]])
    critics._critics.kernel.assign([[1.0, -0.5]])
    critics._critics.bias.assign([-4.0, 1.0])
    return model


def sigmoid(score):
    return 1 / (1 + np.exp(-score))


# Row 0: x = (1, mean of 4 and 6 = 5), experts 6 and 0, gate 3/4 and 1/4,
# state 4.5; mean of x 3, critics' gate 8/9 and 1/9.
# Row 1: x = (2, no tag = 0), experts 2 and 2, state 2; mean 1, gate 2/3, 1/3.
STATES = np.array([4.5, 2.0])
CRITICS = np.array([[8 / 9, 1 / 9], [2 / 3, 1 / 3]])
EXPECTED = CRITICS[:, 0] * sigmoid(STATES - 4) + CRITICS[:, 1] * sigmoid(
    1 - STATES / 2
)


def test_equals_the_formula_worked_out_by_hand():
    model = by_hand()
    np.testing.assert_allclose(
        model(INPUTS)["converts"][:, 0], EXPECTED, rtol=1e-6
    )
    np.testing.assert_allclose(
        model.gate_weights(INPUTS)["converts"],
        [[3 / 4, 1 / 4], [1 / 4, 3 / 4]],
        rtol=1e-6,
    )
    np.testing.assert_allclose(
        model.critic_weights(INPUTS)["converts"], CRITICS, rtol=1e-6
    )
    np.testing.assert_allclose(
        model.representations(INPUTS)["converts"][:, 0], STATES, rtol=1e-6
    )


def test_loss_is_the_cross_entropy_of_the_mixture():
    labels = {"converts": tf.constant([1.0, 0.0])}
    loss = by_hand().joint_loss(INPUTS, labels)
    expected = -(np.log(EXPECTED[0]) + np.log(1 - EXPECTED[1])) / 2
    assert float(loss.total) == pytest.approx(expected, rel=1e-6)


def test_scale_divides_state_and_probability():
    model = by_hand(gate_scale=True)
    states = STATES / 2
    judged = np.stack([sigmoid(states - 4), sigmoid(1 - states / 2)], 1)
    np.testing.assert_allclose(
        model(INPUTS)["converts"][:, 0],
        (CRITICS * judged).sum(1) / 2,
        rtol=1e-6,
    )


def test_presets_differ_by_what_paper_and_code_differ():
    options = {"campaign_features": ["category"]}
    paper = MetaHeac.paper(FEATURES, TASKS, **options)
    code = MetaHeac.official_code(FEATURES, TASKS, **options)
    assert (paper.gate_scale, code.gate_scale) == (True, False)
    code.build()
    assert float(tf.reduce_max(tf.abs(code.weights[0]))) > 0.1


def test_experts_do_not_see_the_campaign():
    model = by_hand()
    other = {**INPUTS, "category": tf.constant([2, 1])}
    for name, one in model.encode_users(INPUTS).items():
        np.testing.assert_array_equal(one, model.encode_users(other)[name])
    judged = model(INPUTS)["converts"] - model(other)["converts"]
    assert judged[0] != 0  # the second row's experts agree


def test_users_once_encoded_are_judged_for_one_campaign():
    model = by_hand()
    users = model.encode_users({n: INPUTS[n] for n in ("age", "tags")})
    judged = model.judge(users, {"category": tf.constant([2])})
    same = model({**INPUTS, "category": tf.constant([2, 2])})
    np.testing.assert_allclose(judged["converts"], same["converts"], rtol=1e-6)


def test_refuses_what_was_packed_with_other_features():
    more = [tfmtl.CategoricalFeature("more", 5, 2), *FEATURES]
    packed = tfmtl.features.pack(more, {**INPUTS, "more": INPUTS["age"]})
    with pytest.raises(ValueError, match="'ids' should have.*pack with"):
        by_hand()(packed)


def test_takes_packed_columns_and_no_campaign_at_all():
    model = by_hand()
    packed = tfmtl.features.pack(FEATURES, INPUTS)
    np.testing.assert_array_equal(
        model(packed)["converts"], model(INPUTS)["converts"]
    )
    alone = MetaHeac(FEATURES, TASKS)
    assert alone(INPUTS)["converts"].shape == (2, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"campaign_features": ["brand"]}, r"names of features.*\['brand'\]"),
        ({"campaign_features": "category"}, "should list names"),
        (
            {"campaign_features": ["age", "category", "tags"]},
            "The user should have a categorical feature",
        ),
        (
            {"campaign_features": [], "tasks": [tfmtl.CountTask("visits")]},
            "make 'visits' a BinaryTask",
        ),
        ({"campaign_features": [], "num_experts": 0}, "num_experts=0"),
        ({"campaign_features": [], "gate_scale": "none"}, "True or False"),
    ],
)
def test_refuses_what_it_cannot_model(arguments, message):
    with pytest.raises(ValueError, match=message):
        MetaHeac(**{"features": FEATURES, "tasks": TASKS, **arguments})


@pytest.mark.parametrize(
    "adapt",
    [
        tfmtl.training.every_weight,
        tfmtl.training.no_embedding,
        tfmtl.training.heads,
    ],
)
def test_is_meta_learned_over_campaigns(adapt):
    draw = np.random.default_rng(0)
    columns = {
        "age": draw.integers(0, 3, 64),
        "category": np.repeat([1, 2], 32),
        "tags": draw.integers(0, 4, (64, 3)),
    }
    labels = {"converts": (columns["age"] == columns["category"])}
    data = domain_episodes(
        columns, labels, columns["category"], count=2, rows=8, steps=1
    )
    model = by_hand()
    before = model.get_weights()
    meta = MetaLearner(model, 0.1, adapt=adapt)
    meta.compile(tfmtl.optimizers.LazyAdam(0.01), run_eagerly=True)
    history = meta.fit(data, verbose=0).history
    assert np.isfinite(history["loss"][0])
    # Whatever the inner step moves, the outer one moves everything.
    assert all(
        np.any(old != new)
        for old, new in zip(before, model.get_weights(), strict=True)
    )


def test_heads_are_the_gates_and_the_critics():
    model = by_hand()
    chosen = [v for v in model.trainable_variables if tfmtl.training.heads(v)]
    parts = [*model.expert_gates, *model.critics]
    expected = [v for part in parts for v in part.trainable_variables]
    assert {id(v) for v in chosen} == {id(v) for v in expected}
    assert len(chosen) == 6
