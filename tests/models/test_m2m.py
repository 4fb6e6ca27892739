import functools
import json

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfmtl
from tfmtl import layers
from tfmtl.layers import sequence_pooling
from tfmtl.models import M2M

DAYS = 4
FEATURES = [
    tfmtl.SequenceFeature("views", DAYS, 6, embedding_dim=2),
    tfmtl.CategoricalFeature("scenario", 4, embedding_dim=3),
    tfmtl.SequenceFeature("spend", DAYS, 6, embedding_dim=2),
    tfmtl.NumericFeature("balance"),
    tfmtl.NumericFeature("size"),
]
TASKS = [
    tfmtl.CountTask("views_next"),
    tfmtl.CountTask("spend_next", label_scale=100.0),
]
INPUTS = {
    # Days before the first record are 0; the last row has none at all.
    "views": np.array([[0, 0, 2, 0], [1, 2, 3, 4], [0, 0, 0, 0]]),
    "spend": np.array([[0, 3, 1, 1], [0, 0, 0, 5], [0, 0, 0, 0]]),
    "scenario": np.array([1, 2, 0]),
    "balance": np.array([0.5, -1.0, 2.0], np.float32),
    "size": np.array([1.0, 0.2, -0.3], np.float32),
}


def made(tasks=TASKS, **options):
    model = M2M(
        FEATURES,
        tasks,
        **{
            "scenario_features": ["scenario", "size"],
            "sequences": [["views"], ["spend"]],
            "sequence_attention": layers.SequenceAttention(4, position_dim=1),
            "scenario_units": 2,
            "num_experts": 3,
            "expert_units": (4,),
            "task_dim": 2,
            "meta_unit": layers.MetaUnit(2),
            "seed": 0,
            **options,
        },
    )
    model.build()
    # Vectors as long as after training, so that what is read matters.
    draw = np.random.default_rng(0)
    for weight in model.trainable_weights:
        if weight.name in ("table", "task", "generator_0", "generator_1"):
            weight.assign(draw.normal(size=weight.shape))
    return model


@functools.cache
def default():
    """Returns the model for tests that leave it alone."""
    return made()


def tensors(inputs=INPUTS):
    return {name: tf.constant(column) for name, column in inputs.items()}


def changed(**columns):
    return {**tensors(), **{n: tf.constant(c) for n, c in columns.items()}}


def test_computes_the_formulas_task_by_task():
    model = default()
    experts, scenario = model.read(tensors())
    weights = model.gate_weights(tensors())
    views = model.mixture.view(tf.convert_to_tensor(model.mixture.task))
    outputs = model(tensors())
    for number, task in enumerate(TASKS):
        attention = model.mixture.attentions[number]
        view = tf.repeat(views[number][tf.newaxis], 3, axis=0)
        mixed = attention(experts, view, scenario)
        by_hand = tf.einsum("be,beu->bu", weights[task.name], experts)
        np.testing.assert_allclose(mixed, by_hand, rtol=1e-4, atol=1e-6)
        score = model.heads[number](model.towers[number](mixed, scenario))
        np.testing.assert_allclose(
            outputs[task.name], tf.exp(score) * task.label_scale, rtol=1e-4
        )


def test_experts_read_histories_and_dense_features_only():
    model = default()
    before, known = model.read(tensors())
    for column in ({"scenario": [3, 3, 3]}, {"size": [5.0, 5.0, 5.0]}):
        experts, other = model.read(changed(**column))
        np.testing.assert_array_equal(experts, before)
        assert not np.allclose(other, known)
    experts, other = model.read(changed(balance=[5.0, 5.0, 5.0]))
    np.testing.assert_array_equal(other, known)
    assert not np.allclose(experts, before)


def test_days_before_the_first_record_do_not_matter_in_their_group():
    model = made()
    before = model(tensors())["views_next"].numpy()
    draw = np.random.default_rng(1)
    table = model.encoder.embeddings[0].table
    rows = table.numpy()
    rows[0] = draw.normal(size=2)  # the vector of "no record" in `views`
    table.assign(rows)
    after = model(tensors())["views_next"].numpy()
    # Row 0 has a day without record after its first, row 1 has all days.
    assert not np.allclose(after[0], before[0])
    np.testing.assert_array_equal(after[1:], before[1:])


def test_an_id_outside_the_vocabulary_is_no_record():
    padded = np.where(INPUTS["views"] == 0, [-1, 99, -1, 6], INPUTS["views"])
    expected = default()(tensors())["views_next"]
    inputs = {**INPUTS, "views": padded}
    for columns in (inputs, tfmtl.features.pack(FEATURES, inputs)):
        found = default()(tensors(columns))["views_next"]
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("sharing", [False, True])
def test_a_prediction_depends_on_its_row_only(sharing):
    model = made(meta_sharing=True) if sharing else default()
    together = model(tensors())
    packed = tfmtl.features.pack(FEATURES, INPUTS)
    for name, prediction in model(tensors(packed)).items():
        np.testing.assert_array_equal(prediction, together[name])
    for row in range(3):
        alone = model({n: c[row : row + 1] for n, c in tensors().items()})
        for name, prediction in alone.items():
            np.testing.assert_allclose(
                prediction[0], together[name][row], rtol=1e-5
            )


def random_rows(rows):
    draw = np.random.default_rng(3)
    columns = {
        name: draw.integers(0, 6, (rows, DAYS)) for name in ("views", "spend")
    }
    columns["scenario"] = draw.integers(0, 4, rows)
    columns |= {
        name: draw.normal(size=rows).astype(np.float32)
        for name in ("balance", "size")
    }
    return tensors(columns)


@pytest.mark.parametrize("size", [1, 7, 256])
def test_the_size_of_the_batch_does_not_matter(size):
    model, rows = default(), random_rows(256)
    whole = model(rows)["spend_next"]
    parts = [
        model({name: c[start : start + size] for name, c in rows.items()})
        for start in range(0, 256 if size > 1 else 20, size)
    ]
    found = np.concatenate([part["spend_next"] for part in parts])
    np.testing.assert_allclose(found, whole[: len(found)], rtol=1e-4)


def test_weights_of_the_experts_are_convex():
    for weights in default().gate_weights(random_rows(256)).values():
        assert np.all(weights.numpy() > 0)
        np.testing.assert_allclose(weights.numpy().sum(1), 1, rtol=1e-5)


def test_generators_at_zero_make_the_tower_its_residual():
    model = made()
    for tower in model.towers:
        for weight in tower.trainable_weights:
            weight.assign(tf.zeros_like(weight))
    experts, scenario = model.read(tensors())
    mixed = model.mixture(experts, scenario)
    for tower, state in zip(model.towers, mixed, strict=True):
        # Two blocks, each of which has a leaky ReLU behind the residual.
        expected = np.where(state > 0, state, 1e-4 * state)
        np.testing.assert_allclose(
            tower(state, scenario), expected, rtol=1e-5, atol=1e-9
        )


def test_an_unseen_scenario_is_served_as_id_zero():
    model = default()
    unseen, zero = changed(scenario=[99, -1, 4]), changed(scenario=[0, 0, 0])
    for name, prediction in model(unseen).items():
        np.testing.assert_array_equal(prediction, model(zero)[name])


def test_predictions_are_on_the_scale_of_the_labels():
    scaled = default()(tensors())
    plain = made([tfmtl.CountTask(task.name) for task in TASKS])(tensors())
    for task in TASKS:
        expected = plain[task.name] * task.label_scale
        np.testing.assert_allclose(scaled[task.name], expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("options", "gone"),
    [
        ({"meta_tower": False}, "tower"),
        ({"meta_attention": False}, "attention"),
        ({"attention": False}, "attention"),
    ],
)
def test_an_ablation_takes_the_generators_of_its_part(options, gone):
    paths = [w.path for w in made(**options).trainable_weights]
    generated = [path for path in paths if "generator" in path]
    assert generated and not any(gone in path for path in generated)


@pytest.mark.parametrize(
    "options",
    [
        {"meta_sharing": True, "meta_dim": 3, "meta_attention": False},
        {
            "attention": False,
            "meta_sharing": True,
            "sequences": None,
            "sum_steps": True,
            "sequence_attention": layers.SequenceAttention(
                attention=False, pooling=sequence_pooling.mean
            ),
        },
    ],
)
def test_every_weight_has_a_gradient_and_the_configuration_round_trips(options):
    model = made(**options)
    with tf.GradientTape() as tape:
        loss = tf.add_n(list(map(tf.reduce_sum, model(tensors()).values())))
    gradients = tape.gradient(loss, model.trainable_weights)
    assert all(gradient is not None for gradient in gradients)
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(model)))
    restored = keras.saving.deserialize_keras_object(config)
    restored.build()
    restored.set_weights(model.get_weights())
    for name, prediction in restored(tensors()).items():
        np.testing.assert_array_equal(prediction, model(tensors())[name])


def test_without_attention_the_experts_weigh_alike():
    model = made(attention=False)
    experts, scenario = model.read(tensors())
    mean = tf.reduce_mean(experts, axis=1)
    for mixed in model.mixture(experts, scenario):
        np.testing.assert_allclose(mixed, mean, rtol=1e-6)
    weights = model.gate_weights(tensors())["spend_next"]
    np.testing.assert_allclose(weights, np.full((3, 3), 1 / 3), rtol=1e-6)


def test_penalties_of_generators_and_of_kernels_are_apart():
    labels = {task.name: tf.ones((3, 1)) for task in TASKS}

    def penalty(**options):
        model = made(meta_tower=False, **options)
        rest = model.auxiliary_loss(labels, {})
        return model, float(rest), float(sum(model.losses))

    model, kernels, generators = penalty(generator_l2=0.0, kernel_l2=1.0)
    squares = sum(
        float(np.sum(np.square(weight)))
        for weight in model.trainable_weights
        if "kernel" in weight.name and not weight.name.startswith("static")
    )
    read = [*model.histories, *model.mixture.attentions]
    squares += sum(
        float(np.sum(np.square(weight)))
        for layer in read
        for weight in layer.trainable_weights
        if weight.name in ("query", "key", "value", "vector")
    )
    assert kernels == pytest.approx(squares, rel=1e-4)
    assert generators == 0
    model, kernels, generators = penalty(generator_l2=0.5, kernel_l2=0.0)
    squares = sum(
        float(np.sum(np.square(weight)))
        for weight in model.trainable_weights
        if "generator" in weight.name
    )
    assert kernels == 0
    assert generators == pytest.approx(0.5 * squares, rel=1e-4)


def test_without_a_kernel_to_train_there_is_no_penalty():
    model = made()
    for layer in model.layers:
        layer.trainable = False
    assert model.auxiliary_loss({}, {}) == 0


def test_trains_by_the_optimizer_of_the_paper():
    model = made(meta_sharing=True, num_blocks=1)
    before = model.get_weights()
    model.compile(
        tfmtl.optimizers.LazyAdam(
            2e-3, beta_2=0.998, epsilon=1e-9, clipvalue=3.0
        ),
        run_eagerly=True,
    )
    labels = {task.name: np.array([1, 300, 0], np.float32) for task in TASKS}
    history = model.fit(INPUTS, labels, epochs=2, verbose=0).history["loss"]
    assert history[1] < history[0]
    moved = [
        np.abs(after - other).max()
        for after, other in zip(model.get_weights(), before, strict=True)
    ]
    # Adam's first steps are as long as the learning rate at most.
    assert all(0 < distance < 4.1e-3 for distance in moved)


def test_the_preset_has_the_sizes_of_the_paper():
    model = M2M.paper(FEATURES, TASKS, num_experts=2)
    assert model.expert_units == (256,)
    assert model.scenario_units == 64
    assert model.meta_unit.num_layers == 3
    assert model.num_experts == 2


def test_the_slope_of_the_preset_is_that_of_its_units_too():
    model = M2M.paper(FEATURES, TASKS, leaky_alpha=0.2)
    assert model.meta_unit.leaky_alpha == 0.2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scenario_features": []}, r"one or more.*scenario_features=\[\]"),
        ({"scenario_features": {"scenario"}}, "list of.*{'scenario"),
        ({"scenario_features": ["views"]}, r"no sequences, \['scenario'"),
        ({"sequences": [["views"]]}, "every sequence once"),
        ({"sequences": [["views", "views"], ["spend"]]}, "every sequence once"),
        ({"meta_tower": False, "attention": False}, "use MMoE"),
        ({"scenario_units": 0}, "scenario_units=0"),
        ({"task_dim": 0}, "task_dim=0"),
        ({"meta_sharing": "per_task"}, "`meta_sharing` should be True or"),
        ({"sum_steps": "concat"}, "`sum_steps` should be True or False"),
        ({"meta_unit": "keras"}, "`meta_unit` should be a MetaUnit.*'keras'"),
        ({"sequence_attention": "mean"}, "should be a SequenceAttention.*'mea"),
        ({"kernel_l2": -1.0}, "`kernel_l2` should not be negative"),
        ({"generator_l2": -1.0}, "`generator_l2` should not be negative"),
    ],
)
def test_refuses_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        made(**options)


def test_sequences_of_a_group_have_one_length():
    features = [*FEATURES, tfmtl.SequenceFeature("gmv", 3, 6, embedding_dim=1)]
    with pytest.raises(ValueError, match="one length.*'gmv': 3"):
        M2M(features, TASKS)
    with pytest.raises(ValueError, match="`embedding_dim`.*'gmv': 1"):
        features[-1] = tfmtl.SequenceFeature("gmv", DAYS, 6, embedding_dim=1)
        M2M(features, TASKS, sum_steps=True)
