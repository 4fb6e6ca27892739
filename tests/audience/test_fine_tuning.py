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
