import numpy as np
import pandas as pd
import pytest

from tfmtl.audience.scoring import scores_of
from tfmtl.audience.service.desk import file_name
from tfmtl.audience.service.held_out_part import HeldOutPart
from tfmtl.audience.service.model_folder import ModelFolder
from tfmtl.audience.top_rows import top_rows
from tfmtl.audience.user_table import UserTable


def test_a_report_says_what_to_expect_and_what_it_took(spring):
    made, report, steps = spring
    fit = report.fit
    assert fit.lift.low > 2 and fit.auc.value > 0.9
    assert fit.num_seeds + fit.num_held_out == 200
    assert 20 < fit.num_held_out < 60 and fit.num_negatives == 2000
    assert [step.epoch for step in steps if step.epoch] == [1, 2, 3, 4]
    assert 0 < report.share_of_target == report.seconds / 300
    assert made.report("spring") == report
    version = made.store.current_model("spring")
    assert version.metrics["lift"] == fit.lift.value
    assert version.training_set == 1


def test_the_model_has_seen_the_training_set_and_nobody_else(spring):
    made, _, _ = spring
    drawn = made.store.training_set("spring")
    folder = ModelFolder(made.folder / "models" / "spring" / version_of(made))
    rows, judged = folder.rows(), folder.held_out()
    held_out = judged.ids[judged.is_seed]
    learned = set(rows["user_id"][rows["label"]])
    assert learned | set(held_out) == set(drawn.seeds)
    assert not learned & set(held_out)
    assert set(rows["user_id"][~rows["label"]]) == set(drawn.negatives)
    assert not set(judged.ids[~judged.is_seed]) & set(rows["user_id"])


def test_the_folder_of_a_campaign_has_a_name_that_is_not_too_long():
    names = {file_name(sign * 200) for sign in ("x", "日", "本")}
    names.add(file_name("x" * 201))
    assert len(names) == 4 and max(map(len, names)) < 150


def test_the_general_model_learns_nothing_of_whom_a_campaign_is_judged_by(
    spring, tmp_path
):
    made, _, _ = spring
    judged = made._desk.current("spring")[1].held_out()
    held_out = judged.ids[judged.is_seed]
    made.export_feedback(tmp_path / "rows.parquet")
    exported = set(pd.read_parquet(tmp_path / "rows.parquet")["user_id"])
    seeds = set(made.store.seeds("spring"))
    assert exported == seeds - set(held_out) and exported


def test_who_is_held_out_stays_so_when_there_are_more_seeds():
    ids = np.arange(1000)
    before, after = (HeldOutPart("a", 0.2, ids[:n]) for n in (50, 1000))
    held_out = before.holds(ids)
    np.testing.assert_array_equal(after.holds(ids), held_out)
    assert 150 < held_out.sum() < 250
    assert (HeldOutPart("b", 0.2, ids).holds(ids) != held_out).any()
    # Of two seeds one is held out, whatever the share.
    few = ids[~held_out][:2]
    assert HeldOutPart("a", 0.2, few).holds(few).sum() == 1
    others = before.others(ids, ids[:500])
    assert set(others) == set(ids[500:][held_out[500:]])


def version_of(made):
    return made.store.current_model("spring").path.rpartition("/")[2]


def test_customising_again_changes_nothing(spring):
    made, report, _ = spring
    assert made.customise("spring") == report
    assert len(made.store.models("spring")) == 1
    assert made.store.training_set("spring").version == 1


def test_an_audience_is_the_best_users_by_the_model_in_use(
    spring, people, tmp_path
):
    made, _, _ = spring
    audience = made.audience("spring", 300)
    users = UserTable(made.users.read(), "user_id")
    version = made.store.current_model("spring")
    model = ModelFolder(tmp_path / version.path).model()
    rows = np.flatnonzero(~users.ids.isin(made.store.seeds("spring")))
    scores = scores_of(model, users, {"category": 2}, rows)
    best = users.ids.to_numpy()[rows][
        top_rows(scores, users.ids.to_numpy()[rows], 300)
    ]
    found = made.audience_ids(audience.path)
    np.testing.assert_array_equal(found, best)
    taste = people.set_index("user_id")["taste"]
    assert (taste[found] == 3).mean() > 0.9
    assert made.store.audiences("spring") == [audience]
    assert made.audience("spring", 300) == audience  # the same once more


def test_a_copy_of_an_audience_goes_where_it_is_wanted(spring, tmp_path):
    made, _, _ = spring
    copy = tmp_path / "best.parquet"
    audience = made.audience("spring", 120, copy)
    own = pd.read_csv(audience.path, dtype={"score": "float32"})
    pd.testing.assert_frame_equal(pd.read_parquet(copy), own)
    # Whatever is written there later, the campaign's audience is its own.
    assert made.folder in made.folder.joinpath(audience.path).parents
    with pytest.raises(ValueError, match=r"should end in .parquet or .csv"):
        made.audience("spring", 120, tmp_path / "best.txt")


def test_a_name_that_is_a_path_stays_within_the_folder(make_service):
    made = make_service()
    folder = made._desk.folder_of("../../etc", "x").path
    assert folder.parent == made.folder / "models" / "%2E%2E%2F%2E%2E%2Fetc"


def test_a_campaign_without_a_model_has_no_audience(make_service):
    made = make_service()
    made.create_campaign("bare")
    with pytest.raises(ValueError, match="should be customised first"):
        made.audience("bare", 10)
    with pytest.raises(ValueError, match="fewer than|`min_seeds`|20"):
        made.customise("bare")
    assert made.store.jobs("bare")[0].status == "failed"


def test_features_that_the_model_does_not_know_make_no_campaign(make_service):
    made = make_service()
    with pytest.raises(ValueError, match=r"Received: \['brand'\]"):
        made.create_campaign("spring", features={"brand": 1})
    assert made.store.campaigns() == []


def test_users_that_lack_a_feature_make_no_service(
    make_service, people, tmp_path
):
    from tfmtl import audience

    people.drop(columns="tags").to_parquet(tmp_path / "part.parquet")
    made = make_service()
    users = audience.UserBase(tmp_path)
    with pytest.raises(ValueError, match="neither for .*tags"):
        audience.AudienceService(
            made.store, made.general_model, users, made.folder
        )


def test_opted_out_users_are_in_no_audience(spring, fans, tmp_path):
    made, _, _ = spring
    pd.DataFrame({"user_id": fans[200:230]}).to_csv(tmp_path / "o.csv")
    before = made.audience_ids(made.audience("spring", 250).path)
    assert set(before) & set(fans[200:230])
    assert made.opt_out(tmp_path / "o.csv") == 30
    after = made.audience_ids(made.audience("spring", 250).path)
    assert not set(after) & set(fans[200:230])
