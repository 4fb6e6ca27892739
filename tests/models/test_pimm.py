import keras
import numpy as np
import pytest
import tensorflow as tf

import tfmtl
from tfmtl.layers import ProgressiveExtraction
from tfmtl.models import PIMM

COUNT = 64


@pytest.fixture
def make(features, path):
    def maker(tasks=path, **options):
        options = {"tower_units": (8, 4), "seed": 0, **options}
        return PIMM(features, tasks, **options)

    return maker


@pytest.fixture
def data(rows):
    inputs, labels = rows(COUNT)
    return (
        {name: tf.constant(column) for name, column in inputs.items()},
        {name: tf.constant(label) for name, label in labels.items()},
    )


def gradients_of(model, data, task, weights):
    """Returns the gradients of one task's loss at label rate 0.5."""
    inputs, labels = data
    with tf.GradientTape() as tape:
        outputs = model(inputs, labels=labels, training=True)
        loss = tf.reduce_mean(
            keras.losses.binary_crossentropy(labels[task], outputs[task])
        )
    return tape.gradient(loss, [weight.value for weight in weights])


@pytest.mark.parametrize("rate", [0.0, 0.5, 1.0])
def test_a_later_loss_never_trains_the_output_layer_before_it(make, data, rate):
    model = make()
    model(data[0])
    model.label_rate.assign(rate)
    for step, task in ((1, "cart"), (2, "purchase")):
        before = model.heads[step - 1].trainable_weights
        for gradient in gradients_of(model, data, task, before):
            assert gradient is None or not np.any(gradient)


def test_a_later_loss_trains_the_tower_before_it(make, data):
    model = make()
    model(data[0])
    for step, task in ((1, "cart"), (2, "purchase")):
        kernel = model.towers[step - 1].trainable_weights[:1]
        (gradient,) = gradients_of(model, data, task, kernel)
        assert np.any(gradient != 0)


def test_without_stop_gradient_it_trains_the_output_layer_too(make, data):
    model = make(stop_gradient=False)
    model(data[0])
    before = model.heads[0].trainable_weights
    for gradient in gradients_of(model, data, "cart", before):
        assert np.any(gradient != 0)


def test_without_state_a_later_loss_does_not_train_the_tower_before(make, data):
    model = make(implicit=False)
    model(data[0])
    kernel = model.towers[0].trainable_weights[:1]
    (gradient,) = gradients_of(model, data, "cart", kernel)
    assert gradient is None


def test_at_rate_zero_training_equals_inference(make, data):
    model = make()
    model.label_rate.assign(0.0)
    inference = model(data[0])
    for training_labels in (data[1], None):
        trained = model(data[0], labels=training_labels, training=True)
        for task, prediction in trained.items():
            np.testing.assert_array_equal(prediction, inference[task])


def test_at_rate_one_a_task_does_not_depend_on_the_output_before(make, data):
    model = make()
    model.label_rate.assign(1.0)
    one = model(data[0], labels=data[1], training=True)
    model.heads[0].bias.assign([3.0])
    model.heads[1].bias.assign([-3.0])
    other = model(data[0], labels=data[1], training=True)
    assert not np.allclose(one["click"], other["click"])
    np.testing.assert_array_equal(one["purchase"], other["purchase"])


def test_outside_training_a_task_depends_on_the_output_before(make, data):
    model = make()
    loud(model)
    one = model(data[0])
    model.heads[0].bias.assign([3.0])
    assert np.any(one["cart"] != model(data[0])["cart"])


def loud(model):
    """Builds the model and makes what is told plain to see."""
    model.build()
    for merge in model.merges:
        merge.kernel.assign(2.0 * tf.ones_like(merge.kernel))
    for transfer in model.transfers:
        transfer.value.assign(tf.eye(4))


def test_labels_of_the_task_before_enter_at_rate_one(make, data):
    model = make()
    loud(model)
    model.label_rate.assign(1.0)
    predictions = []
    for value in (0.0, 1.0):
        labels = {**data[1], "click": tf.fill((COUNT, 1), value)}
        outputs = model(data[0], labels=labels, training=True)
        predictions.append(outputs)
    zero, one = predictions
    assert np.all(zero["cart"] != one["cart"])
    np.testing.assert_array_equal(zero["click"], one["click"])


def test_computes_the_formula(make, data):
    model = make()
    loud(model)
    outputs = model(data[0])
    x = model.encoder(data[0])
    first = model.towers[0](x)
    handed_on = model.infos[0](first)
    told = tf.sigmoid(outputs["click"] * model.merges[0].kernel)
    own = model.towers[1](x)
    second = own + model.transfers[0](own, told + handed_on)
    expected = tf.sigmoid(model.heads[1](second))
    np.testing.assert_allclose(outputs["cart"], expected, rtol=1e-5)


def test_attention_weights_are_those_of_the_transfers(make, data):
    model = make()
    loud(model)
    model.transfers[0].query.assign(100 * tf.eye(4))
    weights = model.attention_weights(data[0])
    x = model.encoder(data[0])
    first = model.towers[0](x)
    told = tf.sigmoid(model(data[0])["click"] * model.merges[0].kernel)
    before = told + model.infos[0](first)
    expected = model.transfers[0].attention(model.towers[1](x), before)
    np.testing.assert_allclose(weights["cart"], expected, rtol=1e-5)
    assert weights["purchase"].shape == (COUNT, 2)


def told(model, data):
    """Returns for each transition which rows were told 1 instead of 0.

    The model predicts 0 for certain, all labels are 1, and what is told
    stands in the score untouched.
    """
    seen = []
    for merge in model.merges:
        call = merge.call

        def spy(hidden, *arguments, call=call, **keywords):
            output = call(hidden, *arguments, **keywords)
            seen.append((output - hidden).numpy()[:, 0])
            return output

        merge.call = spy
    ones = {name: tf.ones((COUNT, 1)) for name in data[1]}
    model(data[0], labels=ones, training=True)
    return seen


def certain(make, **options):
    model = make(pim_activation=None, **options)
    model.build()
    for merge in model.merges:
        merge.kernel.assign(tf.ones_like(merge.kernel))
    for head in model.heads:
        head.bias.assign([-100.0])
    return model


def test_draws_per_row_and_per_transition(make, data):
    first, second = told(certain(make), data)
    for draw in (first, second):
        assert set(np.round(draw)) == {0.0, 1.0}
        assert 0.2 < draw.mean() < 0.8
    assert np.any(np.round(first) != np.round(second))


def test_one_draw_serves_all_transitions_on_demand(make, data):
    first, second = told(certain(make, shared_mask=True), data)
    np.testing.assert_allclose(first, second, atol=1e-6)
    assert 0.2 < first.mean() < 0.8


def test_outside_training_nothing_is_drawn(make, data):
    model = make(shared_mask=True)
    model(data[0])
    model(data[0], labels=data[1])
    assert model.draw.calls == 0
    assert all(merge.draw.calls == 0 for merge in model.merges)


def test_traced_training_follows_the_label_rate(make, data):
    model = make()
    loud(model)
    step = tf.function(lambda: model(data[0], labels=data[1], training=True))
    outputs = []
    for rate in (0.0, 1.0):
        model.label_rate.assign(rate)
        outputs.append(step()["cart"])
    np.testing.assert_allclose(outputs[0], model(data[0])["cart"], rtol=1e-5)
    assert np.any(outputs[0] != outputs[1])


def test_label_rate_is_saved_but_not_trained(make, tmp_path):
    model = make()
    model.build()
    assert float(model.label_rate) == 0.5
    assert not any(w is model.label_rate for w in model.trainable_weights)
    model.label_rate.assign(0.125)
    model.save(tmp_path / "model.keras")
    restored = keras.models.load_model(tmp_path / "model.keras")
    assert float(restored.label_rate) == 0.125


def test_evaluation_tells_no_labels(make, rows):
    model = make()
    model.compile(keras.optimizers.SGD())
    model.label_rate.assign(1.0)
    inputs, labels = rows(COUNT)
    logs = model.evaluate(inputs, labels, verbose=0, return_dict=True)
    predictions = model.predict(inputs, verbose=0)["purchase"]
    metric = tfmtl.metrics.LogLoss()
    metric.update_state(labels["purchase"], predictions)
    assert logs["purchase_log_loss"] == pytest.approx(metric.result())


def test_shares_attention_on_demand(make):
    assert len(make().transfers) == 2
    assert len(make(share_attention=True).transfers) == 1


def test_leaves_the_residual_out_on_demand(make, data):
    model = make(residual=False)
    model.build()
    for transfer in model.transfers:
        transfer.value.assign(tf.zeros((4, 4)))
    # Nothing is left of the state, and the bias starts at 0.
    np.testing.assert_array_equal(model(data[0])["cart"], [[0.5]] * COUNT)


def test_without_explicit_information_labels_change_nothing(make, data):
    model = make(explicit=False)
    model.label_rate.assign(1.0)
    inference = model(data[0])
    trained = model(data[0], labels=data[1], training=True)
    for task, prediction in trained.items():
        np.testing.assert_array_equal(prediction, inference[task])


def test_passing_nothing_is_refused(make):
    with pytest.raises(ValueError, match="use SharedBottom.*explicit=False"):
        make(explicit=False, implicit=False)


def test_towers_of_no_layer_are_refused(make):
    with pytest.raises(ValueError, match="`tower_units` should not be empty"):
        make(tower_units=())


def test_calibrator_is_off_by_default_and_averaged(make):
    predictions = {
        "click": tf.constant([[0.1], [0.9]]),
        "cart": tf.constant([[0.5], [0.2]]),
        "purchase": tf.constant([[0.2], [0.1]]),
    }
    assert make().auxiliary_loss({}, predictions) == 0
    loss = make(calibrator_weight=0.5).auxiliary_loss({}, predictions)
    assert float(loss) == pytest.approx(0.5 * 0.4 / 2)


@keras.saving.register_keras_serializable("test")
class Split(keras.layers.Layer):
    """A bottom that gives each of three tasks an input of its own."""

    def call(self, inputs):
        return [inputs, 2 * inputs, 3 * inputs]


@pytest.mark.parametrize(
    "bottom", [None, (8,), keras.layers.Dense(8, "relu"), Split()]
)
def test_takes_any_bottom_and_saves_it(make, data, bottom, tmp_path):
    model = make(bottom=bottom)
    expected = model(data[0])
    model.save(tmp_path / "model.keras")
    restored = keras.models.load_model(tmp_path / "model.keras")
    for task, prediction in restored(data[0]).items():
        np.testing.assert_allclose(prediction, expected[task], rtol=1e-6)


def test_a_bottom_gives_every_task_one_input(make, data):
    with pytest.raises(ValueError, match="one per task, 2; .* 3 tensors"):
        make(make().tasks[:2], bottom=Split())(data[0])
    level = ProgressiveExtraction(1, 1, (8,), num_tasks=2)
    # The third task would read the stream that no task owns.
    with pytest.raises(ValueError, match="num_tasks=3. Received: num_tasks=2"):
        make(bottom=level)


def test_preset_of_the_paper(features, path):
    assert PIMM.paper(features, path).tower_units == (128, 64, 32)


def test_gradnorm_is_refused_where_the_last_shared_weights_are_unknown(make):
    model = make(bottom=[8], balancing=tfmtl.losses.GradNorm())
    model.compile()
    assert model.last_shared_weights() == model.backbone.last_weights
    model = make(
        bottom=keras.layers.Dense(8), balancing=tfmtl.losses.GradNorm()
    )
    with pytest.raises(ValueError, match="PIMM, which names none"):
        model.compile()
