import keras
import numpy as np
import pandas as pd
import pytest

from tests.audience.service.conftest import START
from tfmtl.audience.service import incrementing
from tfmtl.audience.service.held_out_users import HeldOutUsers
from tfmtl.audience.service.kept_optimizer import KeptOptimizer
from tfmtl.audience.service.model_folder import ModelFolder


def in_use(made):
    version = made.store.current_model("spring")
    return version, ModelFolder(made.folder / version.path)


def test_conversions_are_not_learned_before_their_window_is_over(
    make_service, show, fans
):
    made = make_service()
    made.create_campaign("open")
    show(made, "open", fans[:10], fans[:4], "open", until=6)
    assert made.feedback("open").empty
    # But nobody takes those who converted for another.
    assert set(made._desk.converted("open")) == set(fans[:4])
    made.store.raise_watermark(START + pd.Timedelta(days=8))
    labels = made.feedback("open").set_index("user_id")["label"]
    assert labels[fans[:4]].all() and not labels[fans[4:10]].any()


@pytest.mark.slow
def test_feedback_makes_a_version_and_one_command_takes_it_back(
    spring, show, fans, people
):
    made, first, _ = spring
    others = np.setdiff1d(people["user_id"], fans)
    judged = in_use(made)[1].held_out()
    learned = in_use(made)[1].rows().set_index("user_id")["label"]
    turned = np.intersect1d(learned.index[~learned], fans)[:20]
    exposed = [*fans[200:300], *others[:100], *turned, fans[0]]
    show(made, "spring", exposed, [*fans[200:300], *turned], "good")
    steps = int(in_use(made)[1].model().optimizer.iterations)
    update = made.increment("spring")
    assert update.accepted and not update.is_refused
    version, folder = in_use(made)
    assert version.version == 2
    assert version.parent == made.store.models("spring")[0].model_id
    rows = folder.rows().set_index("user_id")["label"]
    batches = -(-len(rows) // 256)
    optimizer = folder.model().optimizer
    assert steps > 0 and optimizer.iterations == steps + 4 * batches
    assert rows[turned].all()  # taken for others before, and now known
    assert not rows[rows.index.isin(others[:100])].any()
    assert rows[rows.index.isin(fans[:1])].all()  # a seed stays one
    held_out = judged.ids[judged.is_seed]
    assert not set(held_out) & set(rows.index)
    is_changed = learned.reindex(rows.index) != rows
    assert update.new_rows == is_changed.sum() > 20
    assert set(learned.index) <= set(rows.index)
    assert update.report.fit.num_held_out == first.fit.num_held_out
    assert (
        made.increment("spring").reason == "There is no feedback that is new."
    )
    assert made.roll_back("spring").version == 1
    again = made.increment("spring")
    assert "was rolled back" in again.reason and not again.accepted
    assert in_use(made)[0].version == 1
    assert made.roll_back("spring", 2).version == 2


@pytest.mark.slow
def test_an_update_that_spoils_the_model_is_refused(spring, show, fans, people):
    made, _, _ = spring
    before = in_use(made)[0]
    others = np.setdiff1d(people["user_id"], fans)[200:]
    show(made, "spring", [*fans[300:], *others], others, "spoilt")
    update = made.increment("spring")
    assert update.is_refused
    assert update.before.value - update.after.value > 0.02
    assert f"version {before.version} stays in use" in update.reason
    assert f"{update.after.value:.4f}" in update.reason
    assert in_use(made)[0] == before
    job = made.store.jobs("spring")[-1]
    assert job.status == "done"
    assert made.progress(job).note == update.reason


def test_another_general_model_is_not_mixed_with_the_one_before(spring):
    made, _, _ = spring
    object.__setattr__(made.general_model, "version", "18")
    try:
        with pytest.raises(ValueError, match="general model '17', now '18'"):
            made.increment("spring")
    finally:
        object.__setattr__(made.general_model, "version", "17")


@pytest.mark.slow
def test_seeds_and_feedback_go_to_the_general_model(
    spring, fans, people, tmp_path
):
    made, _, _ = spring
    others = np.setdiff1d(people["user_id"], fans)
    count = made.export_feedback(tmp_path / "rows.parquet")
    rows = pd.read_parquet(tmp_path / "rows.parquet")
    assert list(rows) == ["campaign_id", "user_id", "responds", "category"]
    assert len(rows) == count and not rows["user_id"].duplicated().any()
    labels = rows.set_index("user_id")["responds"]
    own = labels.reindex(fans[:200]).dropna()
    shown = labels.reindex(others[:100]).dropna()
    assert len(own) > 140 and (own == 1).all()
    assert len(shown) > 50 and (shown == 0).all()
    assert set(rows["category"]) == {"garden"}


def test_an_update_warns_as_customising_does():
    rows = pd.DataFrame({"label": [True] * 30 + [False] * 90})
    judged = HeldOutUsers(
        np.arange(20), np.arange(20) < 10, np.arange(20) % 2 / 2
    )
    update = incrementing._Update(None, (0.1,), judged, judged)
    few, same = incrementing._fit_report(rows, update).warnings
    assert "40 seeds are few" in few and "do not differ" in same


def test_an_optimizer_goes_on_where_another_one_stopped():
    weight = keras.Variable([1.0, 2.0])
    left = keras.optimizers.Adam(0.1)
    left.apply([np.array([1.0, -1.0])], [weight])
    make = KeptOptimizer(lambda: keras.optimizers.Adam(0.1), left)
    kept, twin = make(), keras.Variable(weight)
    kept.build([twin])
    assert int(kept.iterations) == 1
    for optimizer, variable in ((left, weight), (kept, twin)):
        optimizer.apply([np.array([0.5, 0.5])], [variable])
    np.testing.assert_array_equal(weight.numpy(), twin.numpy())
    of_others = make()
    of_others.build([keras.Variable([1.0, 2.0, 3.0])])
    assert int(of_others.iterations) == 0
