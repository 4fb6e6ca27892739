import dataclasses

import numpy as np
import pytest

import tfmtl
from tfmtl.experiments.lookalike.campaign import Campaign
from tfmtl.experiments.lookalike.campaign import CampaignRequest
from tfmtl.experiments.lookalike.campaign_scores import column_scores
from tfmtl.experiments.lookalike.one_hot import one_hot
from tfmtl.experiments.lookalike.past_campaigns import PastCampaigns
from tfmtl.experiments.lookalike.population import Population
from tfmtl.features import pack


def request(labels, candidates=(7, 8)):
    labels = np.array(labels, np.float32)
    return CampaignRequest({}, np.arange(len(labels)), labels, candidates)


def campaign(seeds, truth):
    labels = np.arange(seeds + 1) < seeds
    places = np.arange(100, 100 + len(truth))
    return Campaign("c", "g", request(labels, places), np.array(truth))


def test_a_user_is_not_learned_from_and_ranked():
    with pytest.raises(ValueError, match=r"1 such users, first \[1\]"):
        request([1, 0], candidates=np.array([1, 2]))


@pytest.mark.parametrize("labels", [[0, 0], [1, 1]])
def test_a_campaign_has_seeds_and_others(labels):
    with pytest.raises(ValueError, match=f"{sum(labels)} seeds of 2 users"):
        request(labels)


def test_a_campaign_is_judged_by_users_of_both_kinds():
    with pytest.raises(ValueError, match="Received: 0 of 2"):
        campaign(1, [0.0, 0.0])


def test_a_part_has_campaigns_to_average_over(data):
    with pytest.raises(ValueError, match="'dev': 1"):
        dataclasses.replace(data, dev=data.dev[:1])


def test_small_seed_sets_are_those_up_to_the_median():
    # Two small campaigns and two large ones, ranked right or wrong.
    campaigns = [campaign(n, [1.0, 0.0]) for n in (1, 2, 3, 9)]
    right, wrong = np.array([0.9, 0.1]), np.array([0.4, 0.8])
    scores = column_scores(campaigns, [right, wrong, right, right])
    assert scores["small_auc"] == 0.5
    assert scores["large_auc"] == 1.0
    # Of the pairs (.9 .1), (.9 .8), (.4 .1), (.4 .8) one is in wrong order.
    assert scores["small_auc_pooled"] == 0.75
    assert scores["large_precision_at_5"] == 1.0
    assert scores["small_recall_at_5"] == 0.5
    scores = column_scores(campaigns, [right, wrong, wrong, right], 1)
    assert (scores["small_auc"], scores["large_auc"]) == (1.0, 1 / 3)


def test_the_border_of_small_seed_sets_has_some_on_both_sides(data):
    seeds = [each.request.num_seeds for each in data.test]
    border = dataclasses.replace(data, most_seeds=min(seeds))
    assert f"no more than {min(seeds)}" in str(border.summary())
    with pytest.raises(ValueError, match="in two groups"):
        dataclasses.replace(data, most_seeds=max(seeds))
    with pytest.raises(ValueError, match="in two groups.*most_seeds=None"):
        dataclasses.replace(data, test=data.test[:1] * 2)


def test_inputs_are_packed_as_the_features_say():
    features = [
        tfmtl.CategoricalFeature("age", 9, 2),
        tfmtl.NumericFeature("spend"),
        tfmtl.CategoricalFeature("tags", 9, 2, max_length=2),
    ]
    about = [
        tfmtl.CategoricalFeature("words", 9, 2, max_length=2),
        tfmtl.NumericFeature("price"),
    ]
    columns = {
        "age": np.array([1, 2]),
        "spend": np.array([0.5, 1.5]),
        "tags": np.array([[3, 0], [4, 5]]),
    }
    values = {"words": np.array([6, 7]), "price": np.array(9.0)}
    population = Population(features, about, columns)
    made = population.inputs(np.array([1, 0]), values)
    columns = {name: column[::-1] for name, column in columns.items()}
    columns |= {n: np.stack([v, v]) for n, v in values.items()}
    expected = pack(population.features, columns)
    assert set(made) == set(expected)
    for name, rows in expected.items():
        np.testing.assert_array_equal(made[name], rows)


def test_past_campaigns_tell_seeds_and_who_responded_later(population):
    first = campaign(1, [0.0, 1.0])
    values = {"topic": np.array(3)}
    first = dataclasses.replace(
        first, request=dataclasses.replace(first.request, values=values)
    )
    past = PastCampaigns(population, (first, first))
    inputs, labels, numbers = past.rows()
    assert labels.ravel().tolist() == [1, 0, 0, 1] * 2
    assert numbers.tolist() == [0] * 4 + [1] * 4
    assert inputs["ids"][:, 0].tolist() == [1, 2, 1, 2] * 2  # taste
    assert set(inputs["ids"][:, -1]) == {3}


def test_lists_of_ids_are_averaged_over_the_ids_there_are():
    tags = tfmtl.CategoricalFeature("tags", 4, 2, max_length=3)
    rows = np.array([[1, 3, 0], [2, 0, 0], [0, 0, 0]])
    users = one_hot(Population([tags], [], {"tags": rows}))
    np.testing.assert_array_equal(
        users.toarray(), [[0, 0.5, 0, 0.5], [0, 0, 1, 0], [0, 0, 0, 0]]
    )
