import keras
import numpy as np
import pytest

import tfmtl
from tfmtl.audience import Converged
from tfmtl.audience import Epochs
from tfmtl.audience import FineTuning


@pytest.mark.parametrize(
    ("losses", "is_over"),
    [
        ([1.0], False),
        ([1.0, 0.8, 0.75], False),
        ([1.0, 0.8, 0.75, 0.74], False),  # one epoch in vain
        ([1.0, 0.8, 0.75, 0.74, 0.73], True),
        ([1.0, 0.8, 0.75, 0.74, 0.6], False),
        ([1.0, 0.8, 0.6, 0.4, 0.3, 0.2], True),  # six epochs
        ([1.0, float("nan"), float("nan")], True),
    ],
)
def test_has_converged_when_the_loss_stays(losses, is_over):
    stop = Converged(tolerance=0.05, patience=2, max_epochs=6)
    assert stop(losses) is is_over


@pytest.mark.parametrize(
    "make",
    [
        lambda: Epochs(0),
        lambda: Converged(tolerance=1.0),
        lambda: Converged(patience=0),
        lambda: FineTuning(batch_size=0),
    ],
)
def test_refuses_settings_out_of_range(make):
    with pytest.raises(ValueError, match="should be"):
        make()


def test_heads_alone_leave_tables_and_experts_as_they_are(tmp_path):
    fields = [tfmtl.CategoricalFeature("user", 9, embedding_dim=2)]
    model = tfmtl.models.MetaHeac(
        fields,
        [tfmtl.BinaryTask("click")],
        campaign_features=[],
        num_experts=2,
        num_critics=2,
        expert_units=(2,),
        gate_units=(),
    )
    rows = {"user": np.arange(8)}, {"click": np.arange(8) % 2}
    tuned, _ = FineTuning(Epochs(1), adapt=tfmtl.training.heads)(model, *rows)
    for one, other in zip(model.variables, tuned.variables, strict=True):
        is_equal = np.array_equal(one, other)
        assert is_equal != tfmtl.training.heads(one), one.path
    # What is held for a time is not lost to the file.
    tuned.save(tmp_path / "model.keras")
    restored = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(
        restored(rows[0])["click"], tuned(rows[0])["click"]
    )


def test_refuses_to_train_nothing(features):
    model = tfmtl.models.SharedBottom(features, [tfmtl.BinaryTask("click")])
    tuning = FineTuning(adapt=tfmtl.training.heads)
    with pytest.raises(ValueError, match="at least one weight"):
        tuning(model, {"user": np.zeros(2, int)}, {"click": np.zeros(2)})


@pytest.fixture(scope="module")
def prepared(general, tuning):
    return tuning.prepare(general)


def rows_of(campaign, count=150):
    """Returns rows of a campaign that some tastes respond to."""
    draw = np.random.default_rng(campaign)
    x = {name: draw.integers(0, 6, count) for name in ("taste", "age")} | {
        "category": np.full(count, campaign)
    }
    return x, {"responds": x["taste"] == campaign}


def weights_of(model):
    return [np.array(weight) for weight in model.weights]


def assert_all_equal(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_second_campaign_is_trained_as_if_it_were_the_first(
    general, tuning, prepared
):
    before = weights_of(general)
    first, first_losses = prepared(general, *rows_of(1), seed=5)
    second, second_losses = prepared(general, *rows_of(2, 70), seed=6)
    fresh, fresh_losses = tuning(general, *rows_of(2, 70), seed=6)
    assert second_losses == fresh_losses != first_losses
    assert_all_equal(weights_of(second), weights_of(fresh))
    # Moments and count of steps are a campaign's own, too.
    assert_all_equal(second.optimizer.variables, fresh.optimizer.variables)
    assert_all_equal(weights_of(general), before)


def test_what_was_handed_out_is_not_touched_by_the_next_campaign(
    general, prepared
):
    first, _ = prepared(general, *rows_of(1))
    before = weights_of(first)
    prepared(general, *rows_of(2))
    assert_all_equal(weights_of(first), before)


def test_a_campaign_that_failed_leaves_nothing_behind(general, prepared):
    expected, _ = prepared(general, *rows_of(1))
    x, y = rows_of(2)
    y = {"responds": np.where(y["responds"], np.nan, 0.0)}
    with pytest.raises(tfmtl.models.NonFiniteLossError, match="responds"):
        prepared(general, x, y)
    again, _ = prepared(general, *rows_of(1))
    assert_all_equal(weights_of(again), weights_of(expected))


def test_a_step_is_a_batch_and_an_epoch_is_all_of_them(prepared):
    steps = prepared.steps(*rows_of(1), seed=3)
    ends, losses = zip(*(next(steps) for _ in range(6)), strict=True)
    assert ends == (False, False, True) * 2  # 150 rows, 64 a batch
    epochs = prepared.epochs(*rows_of(1), seed=3)
    assert [next(epochs), next(epochs)] == [losses[2], losses[5]]


def test_draws_of_dropout_start_anew_for_each_campaign(features, rows):
    model = tfmtl.models.SharedBottom(
        features,
        [tfmtl.BinaryTask("click")],
        tower_units=(8,),
        dropout=0.5,
        seed=0,
    )
    model.build()
    prepared = FineTuning(Epochs(1)).prepare(model)
    x, y = rows(8)
    own = x, {"click": y["click"]}
    assert prepared.train(*own) == prepared.train(*own)


def test_another_model_than_the_prepared_one_is_refused(general, prepared):
    other = tfmtl.models.SharedBottom(
        general.features, general.tasks, tower_units=()
    )
    with pytest.raises(ValueError, match="prepare another"):
        prepared(other, *rows_of(1))
