import numpy as np
import pytest
import tensorflow as tf

import tfmtl
from tfmtl.models import MRAN


@pytest.fixture
def inputs(rows):
    return {name: tf.constant(v) for name, v in rows(6)[0].items()}


def made(features, tasks, **options):
    model = MRAN(
        features, tasks, attention_units=4, tower_units=(3,), seed=0, **options
    )
    model.build()
    # Vectors as long as after training, so that scores matter.
    for embedding in model.encoder.concatenation.embeddings:
        draw = np.random.default_rng(embedding.table.shape[1])
        embedding.table.assign(draw.normal(size=embedding.table.shape))
    return model


def test_computes_the_three_formulas(features, path, inputs):
    model = made(features, path)
    e = model.encoder(inputs)
    residual = e @ model.feature_residual.kernel
    fields = tf.nn.relu(model.feature_attention(e) + residual)
    r = model.task_feature_attention(fields)
    s = r + model.task_attention(r) @ model.task_output.kernel
    outputs = model(inputs)
    for step, task in enumerate(path):
        score = model.heads[step](model.towers[step](s[:, step]))
        np.testing.assert_allclose(
            outputs[task.name], tf.sigmoid(score), rtol=1e-5
        )


def test_the_order_of_the_features_is_irrelevant(path, rows):
    features = [
        tfmtl.CategoricalFeature("user", 50, embedding_dim=4),
        tfmtl.CategoricalFeature("item", 30, embedding_dim=4),
    ]
    inputs = {n: tf.constant(v) for n, v in rows(6)[0].items()}
    one, other = made(features, path), made(features[::-1], path)
    table = one.encoder.concatenation.embeddings[0].table
    exchanged = tf.concat([table[50:], table[:50]], axis=0)
    other.encoder.concatenation.embeddings[0].table.assign(exchanged)
    for task, prediction in one(inputs).items():
        np.testing.assert_allclose(other(inputs)[task], prediction, rtol=1e-5)


def influence_of_other_tasks(model, inputs):
    """Returns how much the vector of the last task moves the first task."""
    vectors = model.task_feature_attention.task
    before = model(inputs)["click"].numpy()
    moved = vectors.numpy()
    moved[-1] += 5
    vectors.assign(moved)
    return np.abs(model(inputs)["click"].numpy() - before).max()


def test_zero_output_weights_remove_all_influence_between_tasks(
    features, path, inputs
):
    assert influence_of_other_tasks(made(features, path), inputs) > 1e-4
    model = made(features, path)
    model.task_output.kernel.assign(tf.zeros((4, 4)))
    assert influence_of_other_tasks(model, inputs) == 0


def test_a_model_without_task_task_equals_one_with_zero_output_weights(
    features, path, inputs
):
    model, without = made(features, path), made(features, path, task_task=False)
    model.task_output.kernel.assign(tf.zeros((4, 4)))
    for task, prediction in model(inputs).items():
        np.testing.assert_allclose(without(inputs)[task], prediction, rtol=1e-6)


def test_without_task_feature_all_tasks_read_the_mean_of_the_values(
    features, path, inputs
):
    model = made(
        features,
        path,
        feature_feature=False,
        task_feature=False,
        task_task=False,
    )
    values = model.encoder(inputs) @ model.feature_value.kernel
    row = tf.reduce_mean(values, axis=1)
    for step, task in enumerate(path):
        score = model.heads[step](model.towers[step](row))
        np.testing.assert_allclose(
            model(inputs)[task.name], tf.sigmoid(score), rtol=1e-5
        )


def test_gives_the_maps_of_its_modules(features, path, inputs):
    model = made(features, path)
    maps = model.attention_weights(inputs)
    assert {name: m.shape for name, m in maps.items()} == {
        "feature_feature": (6, 4, 4),
        "task_feature": (6, 3, 4),
        "task_task": (6, 3, 3),
    }
    for weights in maps.values():
        np.testing.assert_allclose(tf.reduce_sum(weights, -1), 1, rtol=1e-5)
    by_head = model.feature_attention.attention(model.encoder(inputs))
    np.testing.assert_allclose(
        maps["feature_feature"], np.mean(by_head, axis=1), rtol=1e-5
    )


@pytest.mark.parametrize(
    "module", ["feature_feature", "task_feature", "task_task"]
)
def test_a_module_left_out_has_neither_map_nor_weights(
    features, path, inputs, module
):
    model = made(features, path, **{module: False})
    assert set(model.attention_weights(inputs)) == {
        "feature_feature",
        "task_feature",
        "task_task",
    } - {module}
    with tf.GradientTape() as tape:
        loss = tf.add_n([tf.reduce_sum(p) for p in model(inputs).values()])
    gradients = tape.gradient(loss, model.trainable_variables)
    assert all(gradient is not None for gradient in gradients)


def test_takes_numbers_alone(path, inputs):
    model = MRAN([tfmtl.NumericFeature("price")], path, attention_units=4)
    assert model(inputs)["cart"].shape == (6, 1)


def test_refuses_heads_that_do_not_split(features, path):
    with pytest.raises(ValueError, match="multiple of `num_heads`"):
        MRAN(features, path, attention_units=5)
