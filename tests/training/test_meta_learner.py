import keras
import numpy as np
import pytest
import tensorflow as tf

import tfmtl
from tfmtl.training import MetaLearner
from tfmtl.training import NonFiniteEpisodeError
from tfmtl.training import domain_episodes
from tfmtl.training import episodes
from tfmtl.training import no_embedding

TASK = tfmtl.RegressionTask("y")


class Recorder(tfmtl.optimizers.LazyAdam):
    """Keeps the gradients and moves nothing."""

    def apply(self, gradients, variables=None):
        self.received = list(gradients)


class Slope(tfmtl.models.MultiTaskModel):
    """Predicts w * x, or w * dropout(x), from w = 3."""

    def __init__(self, tasks=(TASK,), dropout=0.0, **kwargs):
        super().__init__([tfmtl.NumericFeature("x")], tasks, **kwargs)
        self.dropout = tfmtl.layers.ResumableDropout(dropout, seed=1)
        self.w = self.add_weight(shape=(), initializer="ones", name="w")
        self.w.assign(3.0)

    def call(self, features, labels=None, training=False):
        x = self.dropout(features["x"], training=training)
        return {"y": self.w * x}


class Rows(tfmtl.models.MultiTaskModel):
    """Predicts the entry of an id in a table of one column."""

    def __init__(self, size, embedding=None):
        feature = tfmtl.CategoricalFeature("id", size, 1)
        super().__init__([feature], [TASK])
        self.encoder = tfmtl.layers.FeatureEmbedding([feature], "ones")
        self.stock = embedding

    def call(self, features, labels=None, training=False):
        if self.stock is not None:
            return {"y": self.stock(tf.reshape(features["id"], [-1]))}
        return {"y": self.encoder(features)[:, 0]}


def episode(support, query):
    """Returns one episode of x and y, for `Slope`, or of id and y."""

    def part(columns):
        name = "id" if np.asarray(columns[0]).dtype.kind == "i" else "x"
        inputs = np.array([columns[0]])
        if name == "x":
            inputs = inputs[..., np.newaxis].astype(np.float32)
        return {name: inputs}, {"y": np.array([columns[1]], np.float32)}

    data = {"support": part(support), "query": part(query)}
    return tf.nest.map_structure(tf.constant, data)


def joined(*each):
    return tf.nest.map_structure(lambda *parts: tf.concat(parts, 0), *each)


def gradients(model, data, inner_learning_rate=0.1, **options):
    """Returns the outer gradients of one step and the learner."""
    meta = MetaLearner(model, inner_learning_rate, **options)
    meta.compile(Recorder(), run_eagerly=True)
    meta.train_step(data)
    return meta.optimizer.received, meta


# Support: (w * 1 - 0)^2, so that its gradient is 2 w = 6. Query: (w - 1)^2.
ONE = episode(([1.0], [0.0]), ([1.0], [1.0]))


def test_one_step_is_the_gradient_worked_by_hand():
    # w' = 3 - 0.1 * 6 = 2.4, and d/dw (w (1 - 0.2) - 1)^2 = 2 * 1.4 * 0.8.
    [gradient], _ = gradients(Slope(), ONE)
    assert float(gradient) == pytest.approx(2.24, rel=1e-6)


def test_first_order_leaves_the_inner_gradient_out():
    [gradient], _ = gradients(Slope(), ONE, first_order=True)
    assert float(gradient) == pytest.approx(2 * 1.4, rel=1e-6)


def test_two_inner_steps_follow_each_other():
    # w'' = 3 * 0.8 * 0.8 = 1.92.
    [gradient], _ = gradients(Slope(), ONE, inner_steps=2)
    assert float(gradient) == pytest.approx(2 * 0.92 * 0.64, rel=1e-6)


def test_a_step_can_be_taken_by_hand():
    meta = MetaLearner(Slope(), 0.1)
    meta.compile(keras.optimizers.SGD(0.5))
    meta.train_on_batch(ONE)
    assert float(meta.model.w) == pytest.approx(3 - 0.5 * 2.24, rel=1e-6)


def test_what_is_not_adapted_is_learned_as_if_there_were_no_inner_step():
    [gradient], _ = gradients(Slope(), ONE, adapt=lambda variable: False)
    assert float(gradient) == pytest.approx(2 * 2.0, rel=1e-6)


# Query (w' - 4)^2: its gradient is 2 * (2.4 - 4) * 0.8 = -2.56.
OTHER = episode(([1.0], [0.0]), ([1.0], [4.0]))


@pytest.mark.parametrize(
    ("reduction", "expected"),
    [
        (tf.reduce_mean, (2.24 - 2.56) / 2),
        (tf.reduce_sum, 2.24 - 2.56),
        (tf.reduce_max, -2.56),  # of the losses 1.4^2 and 1.6^2
    ],
)
def test_episodes_are_reduced_to_one_objective(reduction, expected):
    [gradient], _ = gradients(
        Slope(), joined(ONE, OTHER), outer_reduction=reduction
    )
    assert float(gradient) == pytest.approx(expected, rel=1e-5)


def test_rows_may_be_summed_instead_of_averaged():
    data = episode(([1.0, 1.0], [0.0, 0.0]), ([1.0, 1.0], [1.0, 1.0]))
    # The support's sum is 2 w^2, so w' = w (1 - 0.4); the query's 2 (w' - 1)^2.
    [gradient], _ = gradients(Slope(), data, inner_reduction=tf.reduce_sum)
    assert float(gradient) == pytest.approx(4 * 0.8 * 0.6, rel=1e-5)
    [gradient], _ = gradients(Slope(), data)
    assert float(gradient) == pytest.approx(2.24, rel=1e-6)


@pytest.mark.parametrize("reduction", [tf.reduce_mean, tf.reduce_sum])
def test_rows_of_no_weight_do_not_count(reduction):
    full = {}
    for name, (x, y) in ONE.items():
        twice = tf.nest.map_structure(lambda t: tf.concat([t, t], 1), (x, y))
        full[name] = (*twice, tf.constant([[[1.0], [0.0]]]))
    [gradient], _ = gradients(Slope(), full, inner_reduction=reduction)
    assert float(gradient) == pytest.approx(2.24, rel=1e-6)


def test_logs_the_loss_before_and_after_adaptation():
    _, meta = gradients(Slope(), joined(ONE, OTHER))
    logs = {mean.name: float(mean.result()) for mean in meta.metrics}
    assert logs == pytest.approx(
        {"loss": (1.4**2 + 1.6**2) / 2, "support_loss": 9.0}, rel=1e-5
    )


# Rows 1 and 2 support: ((t1 - 0)^2 * 2 + (t2 - 0)^2) / 3; rows 1, 3 are asked.
IDS = episode(([1, 1, 2], [0, 0, 0]), ([1, 3], [3, 2]))


def test_rows_of_a_table_are_adapted_and_others_have_no_gradient():
    [gradient], meta = gradients(Rows(6), IDS, 0.3)
    assert isinstance(gradient, tf.IndexedSlices)
    assert set(gradient.indices.numpy()) == {1, 2, 3}
    dense = tf.convert_to_tensor(gradient).numpy()[:, 0]
    # t1' = t1 (1 - 0.3 * 4 / 3) = 0.6: ((0.6 - 3) * 2 * 0.6) / 2. Row 3 was
    # not adapted: ((1 - 2) * 2) / 2. Row 2 was, but nobody asks it.
    expected = [0, (0.6 - 3) * 0.6, 0, (1 - 2), 0, 0]
    np.testing.assert_allclose(dense, expected, rtol=1e-5, atol=1e-7)


def test_a_table_that_is_read_as_a_whole_is_adapted_as_well():
    stock = keras.layers.Embedding(6, 1, embeddings_initializer="ones")
    for steps in (1, 2):
        actual, _ = gradients(Rows(6, stock), IDS, 0.3, inner_steps=steps)
        expected, _ = gradients(Rows(6), IDS, 0.3, inner_steps=steps)
        np.testing.assert_allclose(
            tf.convert_to_tensor(actual[-1]),
            tf.convert_to_tensor(expected[0]),
            rtol=1e-5,
        )


def hessian_vector_form(model, data, rate):
    """Returns g'(w') - rate * H(w) g'(w'), by moving the variables.

    Another way to the exact gradient of one step: no value stands for a
    variable, and nothing of it is shared with what is tested.
    """
    support, query = (
        tf.nest.map_structure(lambda t: t[0], data[name])
        for name in ("support", "query")
    )
    variables = [v.value for v in model.trainable_variables]

    def gradient(part):
        with tf.GradientTape() as tape:
            loss = model.joint_loss(*part).total
        return [tf.convert_to_tensor(g) for g in tape.gradient(loss, variables)]

    start = [tf.identity(v) for v in variables]
    with tf.GradientTape() as tape:
        inner = gradient(support)
    for v, g in zip(variables, inner, strict=True):
        v.assign_sub(rate * g)
    outer = gradient(query)
    for v, value in zip(variables, start, strict=True):
        v.assign(value)
    products = tape.gradient(inner, variables, output_gradients=outer)
    return [
        g - rate * tf.convert_to_tensor(h)
        for g, h in zip(outer, products, strict=True)
    ]


@pytest.fixture
def batch(rows):
    """Returns one step of two episodes for the models of `features`."""
    data = tf.data.Dataset.from_tensor_slices(rows(32)).batch(16)
    batches = data.apply(tf.data.experimental.assert_cardinality(2))
    batches = data.unbatch().batch(16, drop_remainder=True)
    return next(iter(episodes(batches, count=2)))


def make(features, path, model=tfmtl.models.MMoE, **options):
    if model is tfmtl.models.MMoE:
        options = {"num_experts": 2, "expert_units": (4,), "tower_units": (3,)}
    model = model(features, path[:2], seed=0, **options)
    model.build()
    for table in model.encoder.embeddings:
        # The small rows of the start would leave little to compare.
        table.table.assign(table.table * 30)
    return model


@pytest.mark.parametrize("name", ["AITM", "MMoE"])
def test_equals_the_hessian_vector_form_on_a_real_model(
    features, path, batch, name
):
    # AITM adds losses of its own: a calibrator, and penalties on kernels and
    # on the rows that a batch reads.
    options = {"l2": 0.01, "tower_units": (4,)} if name == "AITM" else {}
    model = make(features, path, getattr(tfmtl.models, name), **options)
    first = tf.nest.map_structure(lambda t: t[:1], batch)
    actual, _ = gradients(model, first, 0.5)
    expected = hessian_vector_form(model, first, 0.5)
    approximate, _ = gradients(model, first, 0.5, first_order=True)
    differs = False
    for one, other, rough in zip(actual, expected, approximate, strict=True):
        one, rough = (tf.convert_to_tensor(each) for each in (one, rough))
        scale = np.max(np.abs(other))
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5 * scale)
        differs |= np.max(np.abs(rough - other)) > 0.01 * scale
    assert differs


def test_a_traced_step_equals_an_eager_one():
    features = [tfmtl.CategoricalFeature("id", 6, 2)]
    weights = []
    for run_eagerly in (True, False):
        model = tfmtl.models.SharedBottom(
            features, [TASK], bottom_units=(3,), tower_units=(), seed=0
        )
        meta = MetaLearner(model, 0.5, inner_steps=2)
        meta.compile(keras.optimizers.SGD(0.1), run_eagerly=run_eagerly)
        meta.fit(tf.data.Dataset.from_tensors(joined(IDS, IDS)), verbose=0)
        weights.append(model.get_weights())
    for eager, traced in zip(*weights, strict=True):
        np.testing.assert_allclose(eager, traced, rtol=1e-4, atol=1e-6)


def test_the_inner_steps_leave_every_variable_as_it_is(features, path, batch):
    model = make(features, path)
    before = model.get_weights()
    gradients(model, batch, 0.5)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_embeddings_may_be_left_out_of_the_inner_steps(features, path, batch):
    model = make(features, path)
    every, _ = gradients(model, batch, 0.5)
    some, _ = gradients(model, batch, 0.5, adapt=no_embedding)
    tables = [n for n, v in enumerate(model.variables) if v.name == "table"]
    assert len(tables) == 2
    for n in tables:
        read = [set(each[n].indices.numpy()) for each in (every, some)]
        assert read[0] == read[1]
        one, other = (tf.convert_to_tensor(each[n]) for each in (every, some))
        assert np.any(np.abs(one - other) > 1e-6)


class Normalised(Slope):
    """Normalises x first."""

    def __init__(self):
        super().__init__()
        self.norm = keras.layers.BatchNormalization(momentum=0.0)

    def call(self, features, labels=None, training=False):
        return {"y": self.w * self.norm(features["x"], training=training)}


def test_running_means_are_those_of_the_query_set():
    model = Normalised()
    gradients(model, episode(([5.0, 7.0], [0, 0]), ([1.0, 3.0], [1, 1])))
    np.testing.assert_allclose(model.norm.moving_mean, [2.0])


def test_dropout_draws_anew_for_every_set():
    model = Slope(dropout=0.5)
    states = []
    state = model.dropout.seed_generator.state
    for _ in range(2):
        states.append(state.numpy().tolist())
        gradients(model, joined(ONE, OTHER))
    # Two sets in each of two episodes.
    assert states[1][1] - states[0][1] == 4


def size_of_graph(vocabulary):
    """Returns the number of operations of a step and its largest shapes."""
    features = [tfmtl.CategoricalFeature("user", vocabulary, 4)]
    model = tfmtl.models.SharedBottom(
        features, [tfmtl.BinaryTask("y")], bottom_units=(3,), tower_units=()
    )
    meta = MetaLearner(model, 0.1)
    meta.compile(tfmtl.optimizers.LazyAdam())
    data = episode(([1, 2], [0, 1]), ([1, 5], [1, 0]))
    data = tf.nest.map_structure(lambda t: t, data)
    for part in data.values():
        part[0]["user"] = part[0].pop("id")
    step = tf.function(meta.train_step).get_concrete_function(data)
    definition = step.graph.as_graph_def(add_shapes=True)
    nodes = [*definition.node]
    for function in definition.library.function:
        nodes.extend(function.node_def)
    large = {
        (node.op, tuple(dim.size for dim in shape.dim))
        for node in nodes
        for shape in node.attr["_output_shapes"].list.shape
        if any(dim.size >= vocabulary for dim in shape.dim)
    }
    return len(nodes), large


def test_no_tensor_of_a_step_is_as_long_as_the_table():
    small, large = (size_of_graph(size) for size in (10_000, 1_000_000))
    assert small[0] == large[0] > 100
    assert small[1] == large[1] == set()


def test_only_rows_of_the_episodes_are_moved_by_lazy_adam():
    model = Rows(6)
    meta = MetaLearner(model, 0.3)
    meta.compile(tfmtl.optimizers.LazyAdam(0.1))
    meta.fit(tf.data.Dataset.from_tensors(IDS), verbose=0)
    moved = model.get_weights()[0][:, 0] != 1
    np.testing.assert_array_equal(moved, [0, 1, 0, 1, 0, 0])


def test_resumes_from_a_backup_as_if_it_had_not_stopped(tmp_path):
    data = tf.data.Dataset.from_tensors(joined(ONE, OTHER)).repeat(2)

    def start():
        meta = MetaLearner(Slope(dropout=0.5), 0.01)
        meta.compile(tfmtl.optimizers.LazyAdam(0.1))
        return meta

    whole = start()
    whole.fit(data, epochs=3, verbose=0)
    killed = start()
    backup = tfmtl.training.EpochBackup(tmp_path)
    backup.set_model(killed)
    killed.fit(data, epochs=2, verbose=0)
    backup.on_epoch_end(1)
    resumed = start()
    resumed.fit(
        data,
        epochs=3,
        initial_epoch=tfmtl.training.EpochBackup(tmp_path).restore(resumed),
        verbose=0,
    )
    assert resumed.optimizer.iterations == whole.optimizer.iterations == 6
    assert float(resumed.model.w) == float(whole.model.w) != 3.0


def test_a_saved_learner_goes_on_with_model_and_optimizer(tmp_path):
    model = tfmtl.models.SharedBottom(
        [tfmtl.NumericFeature("x")], [TASK], bottom_units=(2,), tower_units=()
    )
    meta = MetaLearner(
        model, 0.2, adapt=no_embedding, outer_reduction=tf.reduce_sum
    )
    meta.compile(tfmtl.optimizers.LazyAdam(0.1), run_eagerly=True)
    meta.train_step(ONE)
    meta.save(tmp_path / "meta.keras")
    restored = keras.models.load_model(tmp_path / "meta.keras")
    assert restored.inner_learning_rate == 0.2
    assert restored.adapt is no_embedding
    assert restored.outer_reduction is tf.reduce_sum
    assert restored.optimizer is restored.model.optimizer
    assert restored.optimizer.iterations == 1
    for one, other in (
        (restored.weights, meta.weights),
        (restored.optimizer.variables, meta.optimizer.variables),
    ):
        for kept, saved in zip(one, other, strict=True):
            np.testing.assert_array_equal(kept, saved)


def test_validates_the_model_on_ordinary_rows_and_stops_early(rows):
    x, y = rows(32)
    features = [tfmtl.CategoricalFeature("user", 50, 4)]
    task = tfmtl.BinaryTask("click")
    model = tfmtl.models.SharedBottom(features, [task], seed=0)
    meta = MetaLearner(model, 0.1)
    meta.compile(tfmtl.optimizers.LazyAdam(0.0))
    data = {"user": x["user"]}, {"click": y["click"]}
    batches = tf.data.Dataset.from_tensor_slices(data).batch(8, True)
    stop = keras.callbacks.EarlyStopping("val_auc_sum", mode="max", patience=1)
    history = meta.fit(
        episodes(batches),
        validation_data=data,
        epochs=9,
        callbacks=[stop],
        verbose=0,
    )
    assert len(history.epoch) == 2
    expected = model.evaluate(*data, verbose=0, return_dict=True)
    assert history.history["val_auc_sum"][-1] == expected["auc_sum"]
    inputs = {"user": tf.constant(x["user"])}
    np.testing.assert_array_equal(meta(inputs)["click"], model(inputs)["click"])


@pytest.mark.parametrize("name", ["support", "query"])
def test_a_loss_that_is_not_finite_stops_before_the_update(name):
    data = joined(ONE, OTHER)
    data[name][0]["x"] = tf.constant([[[1.0]], [[np.nan]]])
    model = Slope()
    meta = MetaLearner(model, 0.1)
    meta.compile(tfmtl.optimizers.LazyAdam())
    message = f"The loss of the {name} set of episode 1 is not finite"
    with pytest.raises(NonFiniteEpisodeError, match=message):
        meta.fit(tf.data.Dataset.from_tensors(data), verbose=0)
    assert float(model.w) == 3.0


@pytest.mark.parametrize("name", ["support", "query"])
def test_a_gradient_that_is_not_finite_stops_before_the_update(name):
    # The fused ReLU of the bottom turns NaN into 0, so the losses are finite.
    data = joined(ONE, OTHER)
    data[name][0]["x"] = tf.constant([[[1.0]], [[np.nan]]])
    model = tfmtl.models.SharedBottom(
        [tfmtl.NumericFeature("x")], [TASK], bottom_units=(4,), tower_units=()
    )
    meta = MetaLearner(model, 0.1)
    meta.compile(tfmtl.optimizers.LazyAdam())
    before = model.get_weights()
    with pytest.raises(NonFiniteEpisodeError, match="The gradient is not"):
        meta.fit(tf.data.Dataset.from_tensors(data), verbose=0)
    for kept, start in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(kept, start)


@pytest.mark.parametrize(
    ("model", "options", "message"),
    [
        ({}, {"inner_learning_rate": 0.0}, "positive.*inner_learning_rate=0.0"),
        ({}, {"inner_steps": 0}, "positive.*inner_steps=0"),
        ({}, {"first_order": "yes"}, "`first_order` should be True or False"),
        ({}, {"adapt": "heads"}, "`adapt` should be a function.*adapt='heads'"),
        ({"dtype": "mixed_bfloat16"}, {}, 'dtype="float32".*mixed_bfloat16'),
        ({"balancing": tfmtl.losses.PCGrad}, {}, "balancing that weighs"),
    ],
)
def test_refuses_what_cannot_be_learned_by(model, options, message):
    if "balancing" in model:
        tasks = [TASK, tfmtl.RegressionTask("z")]
        model = {"balancing": model["balancing"](), "tasks": tasks}
    options = {"inner_learning_rate": 0.1, **options}
    with pytest.raises(ValueError, match=message):
        MetaLearner(Slope(**model), **options)


def test_refuses_data_that_are_no_episodes():
    meta = MetaLearner(Slope(), 0.1)
    meta.compile("sgd")
    with pytest.raises(ValueError, match=r"episodes\(\.\.\.\)"):
        meta.fit({"x": np.ones(4)}, {"y": np.ones(4)}, verbose=0)


def test_episodes_of_domains_are_learned_from():
    x = np.linspace(-1, 1, 60, dtype=np.float32)
    domain = np.arange(60) % 3
    data = domain_episodes(
        {"x": x[:, np.newaxis]},
        {"y": x * domain},
        domain,
        count=3,
        rows=12,
        steps=60,
    )
    meta = MetaLearner(Slope(), 0.5)
    meta.compile(tfmtl.optimizers.LazyAdam(0.1))
    meta.fit(data, verbose=0)
    # Slopes 0, 1 and 2: the middle one is the best place to start from.
    assert float(meta.model.w) == pytest.approx(1.0, abs=0.1)
