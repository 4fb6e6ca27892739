import dataclasses

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tfmtl.datasets import ali_ccp_schema
from tfmtl.datasets import census_income
from tfmtl.datasets import complete_journey
from tfmtl.datasets import tencent_lookalike
from tfmtl.datasets.complete_journey.advertiser_facts import FACTS
from tfmtl.datasets.complete_journey.advertiser_facts import TARGETS
from tfmtl.datasets.vocabulary import Vocabulary
from tfmtl.experiments import reading
from tfmtl.experiments.presets import Advertisers
from tfmtl.experiments.presets import AliCcp
from tfmtl.experiments.presets import CensusIncome
from tfmtl.experiments.presets import CompleteJourney
from tfmtl.experiments.presets import Synthetic
from tfmtl.experiments.presets import TencentLookalike
from tfmtl.experiments.presets import advertisers
from tfmtl.experiments.presets import complete_journey as journey

STARTS = ["2017-03-01", "2017-08-01", "2017-09-20", "2017-10-05"]


@pytest.fixture
def exposures(monkeypatch):
    """200 households, each exposed in four campaigns of 30 days."""
    frame = pd.DataFrame(
        {
            "household_id": np.repeat(np.arange(200), len(STARTS)),
            "start_date": STARTS * 200,
            "campaign_days": 30,
        }
    )
    draw = np.random.default_rng(0)
    for name in complete_journey.FUNNEL_CATEGORIES:
        frame[name] = draw.choice(["a", "b"], len(frame))
    for name in complete_journey.FUNNEL_NUMBERS:
        frame[name] = draw.random(len(frame))
    after = frame["start_date"] > "2017-10-01"
    frame["coupon_category"] = np.where(after, "new", "old")
    frame.loc[after, "hh_spend_90d"] += 1000
    frame["y_category"] = draw.random(len(frame)) < 0.5
    frame["y_product"] = frame["y_category"] & (draw.random(len(frame)) < 0.5)
    frame["y_redeem"] = frame["y_product"] & (draw.random(len(frame)) < 0.5)
    monkeypatch.setattr(complete_journey, "funnel", lambda: frame)
    journey._load.cache_clear()
    yield frame
    journey._load.cache_clear()


def test_vocabularies_and_scales_are_those_of_train(exposures):
    data = CompleteJourney(rows=None).load(0)
    sizes = {f.name: getattr(f, "vocabulary_size", 0) for f in data.features}
    assert sizes["coupon_category"] == 2  # unknown and "old"
    assert set(data.train.x["coupon_category"]) == {1}
    assert set(data.test.x["coupon_category"]) == {0}
    spend = data.train.x["hh_spend_90d"]
    assert spend.mean() == pytest.approx(0, abs=1e-5)
    assert spend.std() == pytest.approx(1, abs=1e-5)
    assert data.test.x["hh_spend_90d"].min() > 10


def test_households_of_dev_are_not_in_train_and_the_gap_is_kept(exposures):
    data = CompleteJourney(rows=None).load(0)
    # Of four campaigns one crosses the boundary and one comes after it.
    assert len(data.train) + len(data.dev) == 400
    assert len(data.test) == 200
    assert 0 < len(data.dev) < 80


def test_real_data_are_the_same_for_all_seeds(exposures):
    preset = CompleteJourney(rows=None)
    assert preset.load(0) is preset.load(1)


def test_synthetic_data_are_new_for_each_seed_and_the_same_for_one():
    preset = Synthetic(rows=(300, 200, 200), rates=(0.4, 0.1))
    first, again, other = (preset.load(seed) for seed in (0, 0, 1))
    x = first.train.x["field_1"]
    np.testing.assert_array_equal(x, again.train.x["field_1"])
    assert not np.array_equal(x, other.train.x["field_1"])
    assert [len(part) for part in (first.train, first.dev, first.test)] == [
        300,
        200,
        200,
    ]
    assert 0.5 < first.best["step_2_auc"] <= 1


def write_census(path, rows, seed):
    draw = np.random.default_rng(seed)
    columns = {name: ["x"] * rows for name in census_income._COLUMNS}
    columns |= {name: draw.integers(0, 9, rows) for name in columns}
    columns["sex"] = draw.choice(["Female", "Male"], rows)
    columns["marital_status"] = draw.choice(["Never married", "Other"], rows)
    columns["income"] = draw.choice(["- 50000.", "50000+."], rows)
    columns["race"] = [f"race {seed}"] * rows
    pd.DataFrame(columns).to_csv(path, header=False, index=False)


def test_census_is_trained_on_one_file_and_tested_on_the_other(tmp_path):
    write_census(tmp_path / "census-income.data", 300, seed=0)
    write_census(tmp_path / "census-income.test.gz", 100, seed=1)
    data = CensusIncome(folder=str(tmp_path)).load(0)
    assert len(data.train) + len(data.dev) == 300
    assert len(data.dev) == pytest.approx(30, abs=15)
    assert set(data.test.x["race"]) == {0}  # not a value of train
    assert [task.name for task in data.tasks] == ["income_50k", "never_married"]
    names = {feature.name for feature in data.features}
    assert not names & {"income", "marital_status", "instance_weight"}


def test_a_test_file_alone_is_divided(tmp_path):
    write_census(tmp_path / "census-income.test", 300, seed=0)
    data = CensusIncome(folder=str(tmp_path)).load(0)
    assert len(data.test) == pytest.approx(100, abs=30)
    assert len(data.train) + len(data.dev) + len(data.test) == 300
    assert "a third of its rows for the test" in data.description


@pytest.fixture
def prepared(tmp_path):
    """A folder as `ali_ccp.prepare` writes it."""
    values = {field: np.arange(5) for field in ali_ccp_schema.FIELDS}
    Vocabulary(values).write(tmp_path / "vocabulary.parquet")
    for part in ("train", "dev", "test"):
        columns = {"click": [1, 0, 1, 0], "purchase": [1, 0, 0, 0]}
        columns |= {field: [0, 1, 2, 5] for field in ali_ccp_schema.FIELDS}
        pq.write_table(pa.table(columns), tmp_path / f"{part}.parquet")
    return tmp_path


def test_ali_ccp_is_read_as_it_was_prepared(prepared):
    data = AliCcp(folder=str(prepared)).load(0)
    assert len(data.train) == 4
    assert data.features[0].vocabulary_size == 6
    assert data.train.y["purchase"].ravel().tolist() == [1, 0, 0, 0]
    assert data.train.x["301"].tolist() == [0, 1, 2, 5]


def test_the_first_rows_can_be_asked_for(prepared):
    data = AliCcp(folder=str(prepared), rows=3).load(0)
    assert (len(data.train), len(data.test)) == (3, 3)


@pytest.mark.parametrize("preset", [AliCcp(), CensusIncome()])
def test_data_to_be_downloaded_need_a_folder(preset):
    with pytest.raises(ValueError, match="`folder` should.*download data set"):
        preset.load(0)


@pytest.fixture
def contest(tmp_path):
    """Tencent's raw files with 20 ads, prepared; the last lacks a stage."""
    ads = pd.DataFrame({"aid": np.arange(20)})
    for field in tencent_lookalike.CAMPAIGN_FIELDS:
        ads[field] = np.arange(20) // 2
    ads.to_csv(tmp_path / "adFeature.csv", index=False)
    lines = [f"uid {user}|age {user % 5}|kw1 {user} 3" for user in range(60)]
    (tmp_path / "userFeature.data").write_text("\n".join(lines))
    for name, users in (("train", range(30)), ("test1_truth", range(30, 60))):
        rows = [
            (ad, user, 1 if user % 30 < 2 + ad % 2 * 6 else -1)
            for ad in range(19)
            for user in users
        ]
        frame = pd.DataFrame(rows, columns=["aid", "uid", "label"])
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    protocol = tencent_lookalike.Protocol(0.4, 0.2, most_seeds_of_cold=2)
    tencent_lookalike.prepare(tmp_path, tmp_path / "out", protocol)
    return tmp_path / "out"


def test_tencents_campaigns_learn_from_one_stage_and_rank_the_other(contest):
    data = TencentLookalike(folder=str(contest)).load(0)
    campaigns = [each for part in data.parts.values() for each in part]
    assert sorted(int(each.name) for each in campaigns) == list(range(19))
    assert "1 campaigns left out" in data.description
    assert data.most_seeds == 2
    for each in campaigns:
        seeds = 8 if int(each.name) % 2 else 2
        assert each.request.users.tolist() == list(range(30))
        assert each.request.num_seeds == each.truth.sum() == seeds
        assert each.request.candidates[each.truth == 1].min() == 30
    # The places are those of the users whose features they are.
    ages = data.population.users(np.arange(60))["ids"]
    assert len(np.unique(ages[:, 3])) == 5
    some = TencentLookalike(folder=str(contest), rows=12).load(0)
    assert sum(map(len, some.parts.values())) in (11, 12)


def test_tencents_campaigns_need_a_folder():
    with pytest.raises(ValueError, match="`folder` should.*download the data"):
        TencentLookalike().load(0)


def test_a_preset_survives_being_written(tmp_path):
    preset = dataclasses.replace(CompleteJourney(), rows=None)
    assert reading.preset_of(preset.config()) == preset
    assert reading.preset_of(Synthetic().config()) == Synthetic()


@pytest.fixture
def manufacturers(monkeypatch):
    """Twelve of them, in two scenarios every day of 20 weeks."""
    days = pd.date_range("2017-01-01", periods=140).date
    facts = pd.MultiIndex.from_product(
        [range(1, 13), [0, 3], days], names=["advertiser_id", "scenario", "day"]
    ).to_frame(index=False)
    draw = np.random.default_rng(0)
    for name in FACTS:
        facts[name] = draw.poisson(3.0, len(facts)).astype(float)
    profiles = pd.DataFrame(
        {
            "manufacturer_id": np.arange(1, 13),
            "catalogue_products": 5,
            "main_department": ["food", "drinks"] * 6,
            "main_category": "any",
            "private_share": 0.5,
            "categories": 2,
        }
    )
    monkeypatch.setattr(complete_journey, "advertiser_facts", lambda: facts)
    monkeypatch.setattr(complete_journey, "advertisers", lambda: profiles)
    advertisers._load.cache_clear()
    yield facts
    advertisers._load.cache_clear()


def test_advertisers_are_taken_whole_until_there_are_enough(manufacturers):
    whole = Advertisers(rows=None).load(0)
    some = Advertisers(rows=100).load(0)
    rows = sum(map(len, (some.train, some.dev, some.test)))
    per_advertiser = sum(map(len, (whole.train, whole.dev, whole.test))) / 12
    assert rows == np.ceil(100 / per_advertiser) * per_advertiser
    assert len(some.train) / len(some.test) == (
        len(whole.train) / len(whole.test)
    )


def test_advertisers_have_all_tasks_in_all_scenarios(manufacturers):
    data = Advertisers(rows=None).load(0)
    assert [task.name for task in data.tasks] == [
        *TARGETS,
        "active_days",
    ]
    sizes = data.summary()["groups"]
    assert sizes["none"] == sizes["display and mailer"] == len(data.test) / 2
    assert sizes["coupon"] == 0
    forecast = data.test.x["last week: active_days"]
    assert set(forecast) <= set(range(8))
    names = [feature.name for feature in data.features]
    groups = [name for group in Advertisers.sequences for name in group]
    assert sorted(groups) == sorted(n for n in names if "history" in n)
