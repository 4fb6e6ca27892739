import numpy as np
import pytest

import tfmtl
from pipeline.components.campaign_judge import CampaignJudge
from pipeline.components.campaign_judge import CampaignScores
from pipeline.components.campaign_metrics import campaign_metrics
from pipeline.components.campaign_metrics import campaign_table
from pipeline.components.campaign_task import CampaignTask

TASK = CampaignTask("responds")
ROWS = 400


@pytest.fixture(scope="module")
def judge():
    """Of a model that knows nothing, and learns fast."""
    model = tfmtl.models.MetaHeac(
        [
            tfmtl.CategoricalFeature("taste", 4, 4),
            tfmtl.CategoricalFeature("goods", 3, 4),
        ],
        [TASK.of_model()],
        campaign_features=["goods"],
        num_experts=2,
        num_critics=2,
        expert_units=(4,),
        seed=0,
    )
    model.build()
    tuning = tfmtl.audience.FineTuning(
        tfmtl.audience.Epochs(4),
        make_optimizer=lambda: tfmtl.optimizers.LazyAdam(0.1),
        batch_size=32,
    )
    return CampaignJudge(model, TASK, tuning)


@pytest.fixture(scope="module")
def rows():
    """Users of two campaigns that want opposite tastes, and of one for all."""
    draw = np.random.default_rng(0)
    taste = draw.integers(1, 3, 3 * ROWS)
    campaigns = np.repeat(["a", "b", "c"], ROWS)
    labels = np.where(campaigns == "a", taste == 1, taste == 2)
    labels[campaigns == "c"] = True
    ids = np.stack([taste, np.ones_like(taste)], axis=1).astype(np.int32)
    return {"ids": ids}, labels.astype(np.float32), campaigns


@pytest.fixture(scope="module")
def scores(judge, rows):
    return list(judge.scores(*rows))


def test_every_campaign_is_customised_to_half_of_its_rows(scores, rows):
    assert [one.campaign for one in scores] == ["a", "b"]
    for one in scores:
        assert len(one.labels) == ROWS // 2
        total = rows[1][rows[2] == one.campaign].sum()
        assert one.seeds + one.labels.sum() == total
        assert (
            one.tuned[one.labels == 1].min() > one.tuned[one.labels == 0].max()
        )


def test_a_campaign_of_one_class_is_left_out(scores):
    assert "c" not in [one.campaign for one in scores]


def test_asked_again_it_says_the_same(judge, rows, scores):
    again = list(judge.scores(*rows))
    np.testing.assert_array_equal(again[1].tuned, scores[1].tuned)
    np.testing.assert_array_equal(again[1].untuned, scores[1].untuned)


def campaign(name, seeds, labels, tuned):
    labels = np.array(labels, np.float32)
    tuned = np.array(tuned, np.float32)
    return CampaignScores(name, seeds, labels, tuned, tuned[::-1].copy())


FEW = campaign("few", 3, [1, 0, 0, 1], [0.9, 0.1, 0.2, 0.8])
MANY = campaign("many", 30, [0, 1, 0, 0], [0.9, 0.1, 0.2, 0.3])


def test_metrics_are_means_over_campaigns():
    found = campaign_metrics([FEW, MANY], TASK)
    assert found["auc"] == pytest.approx((1 + 0) / 2)
    # The best user of each: a hit, and none; of 2 positives, and of 1.
    assert found["precision_at_5"] == pytest.approx((1 + 0) / 2)
    assert found["recall_at_5"] == pytest.approx((1 / 2 + 0) / 2)
    # Of four rows each is a bin: .1 .1 .2 .2, and .9 .9 .2 .3.
    assert found["calibration_error"] == pytest.approx((0.15 + 0.575) / 2)
    assert found["untuned_auc"] == pytest.approx((1 + 1 / 3) / 2)
    # 3 positives of .9 .8 .1, 5 negatives of .9 .3 .2 .2 .1: 4.5 + 4 + .5
    assert found["pooled_auc"] == pytest.approx(9 / 15)


def test_campaigns_of_few_seeds_are_shown_apart():
    table = campaign_table({"candidate": [FEW, MANY]}, TASK, few_seeds=10)
    slices = {record["slice"]: record for record in table}
    assert slices[""]["campaigns"] == 2
    assert slices["seeds=few"]["auc"] == 1
    assert slices["seeds=many"]["auc"] == 0
    assert slices["seeds=many"]["positives"] == 1
