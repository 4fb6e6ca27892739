import keras
import numpy as np
import pytest

import tfmtl
from tfmtl.datasets.batches import batches
from tfmtl.training import episodes
from tfmtl.training import two_stage_fit

FEATURES = [tfmtl.CategoricalFeature("user", 20, 2)]
TASKS = [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("buy")]


def rows(count, seed):
    draw = np.random.default_rng(seed)
    user = draw.integers(1, 20, count)
    likes = (user % 2).astype(np.float32)
    return {"user": user}, {"click": likes, "buy": 1 - likes}


def make():
    return tfmtl.models.MAN(
        FEATURES,
        TASKS,
        num_shared=1,
        num_specific=1,
        expert_units=(4,),
        tower_units=(4,),
        seed=0,
    )


def train(model, with_meta=True, rate=0.1, **options):
    data = batches(*rows(64, 1), 16, drop_remainder=True)
    options = {
        "validation_data": rows(40, 2),
        "make_optimizer": lambda: tfmtl.optimizers.LazyAdam(rate),
        "verbose": 0,
        **options,
    }
    return two_stage_fit(
        model, episodes(data, count=2) if with_meta else None, data, **options
    )


class Watch(keras.callbacks.Callback):
    """Keeps the weights of embedding and top as each stage begins."""

    def __init__(self, model):
        super().__init__()
        self.watched = model
        self.seen = []
        self.learners = []

    def weights(self):
        man = self.watched
        top = [man.heads[0].get_weights()[0], man.balancing.get_weights()[0]]
        return man.encoder.get_weights() + top

    def on_train_begin(self, logs=None):
        self.seen.append(self.weights())
        self.learners.append(type(self.model).__name__)


@pytest.fixture(scope="module")
def trained():
    """Returns a model whose bottom was held, what was seen, and histories."""
    model = make()
    model.build()
    watch = Watch(model)
    histories = train(
        model, frozen=model.bottom_layers, epochs=2, callbacks=[watch]
    )
    return model, [*watch.seen, watch.weights()], watch.learners, histories


def moved(before, after):
    return [
        bool(np.any(one != other))
        for one, other in zip(before, after, strict=True)
    ]


def test_the_first_stage_is_meta_learning_of_all_weights(trained):
    _, seen, learners, histories = trained
    assert learners == ["MetaLearner", "MAN"]
    assert "support_loss" in histories[0].history
    assert "support_loss" not in histories[1].history
    assert moved(seen[0], seen[1]) == [True, True, True]


def test_the_second_stage_holds_what_is_frozen(trained):
    _, seen, _, _ = trained
    assert moved(seen[1], seen[2]) == [False, True, True]


def test_inner_steps_move_what_they_are_told_to():
    asked = []

    def adapt(variable):
        asked.append(variable.path)
        return False

    train(make(), epochs=1, adapt=adapt)
    assert any("embedding" in path for path in asked)


def test_afterwards_everything_can_be_trained_on(trained):
    model, _, _, _ = trained
    assert len(model.trainable_variables) == len(model.weights)
    before = model.encoder.get_weights()
    x, y = rows(16, 3)
    model.fit(x, y, verbose=0)
    assert moved(before, model.encoder.get_weights()) == [True]


def test_without_meta_learning_there_is_one_stage():
    model = make()
    model.build()
    watch = Watch(model)
    [history] = train(model, with_meta=False, epochs=1, callbacks=[watch])
    assert watch.learners == ["MAN"]
    assert moved(watch.seen[0], watch.weights()) == [True, True, True]
    assert len(history.epoch) == 1
    assert model.optimizer.iterations == 4  # its state is kept


def test_a_stage_ends_when_the_auc_has_stopped_rising():
    model = make()
    [history] = train(model, with_meta=False, rate=0.0, epochs=9, patience=2)
    assert len(history.epoch) == 3


@pytest.mark.parametrize("option", ["epochs", "patience"])
def test_refuses_numbers_that_are_not_positive(option):
    with pytest.raises(ValueError, match=f"positive.*{option}=0"):
        train(make(), **{option: 0})


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"validation_data": None}, "rows that are not trained on"),
        (
            {"make_optimizer": keras.optimizers.Adam()},
            r"such as `lambda: .*make_optimizer=<keras.*Adam",
        ),
    ],
)
def test_refuses_what_no_stage_could_end_or_begin_by(option, message):
    with pytest.raises(ValueError, match=message):
        train(make(), **option)


def test_refuses_tasks_of_which_none_has_an_auc():
    model = tfmtl.models.SharedBottom(FEATURES, [tfmtl.CountTask("visits")])
    with pytest.raises(ValueError, match="should have an AUC.*'visits'"):
        train(model)
