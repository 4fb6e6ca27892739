import keras
import numpy as np
import pytest
import tensorflow as tf

import tfmtl
from tfmtl.experiments.lookalike.centroid import Centroid
from tfmtl.experiments.lookalike.disentangled_layer import DisentangledLayer
from tfmtl.experiments.lookalike.graph_network import GraphNetwork
from tfmtl.experiments.lookalike.heads_by_campaign import number_feature
from tfmtl.experiments.lookalike.lsh_density import LshDensity
from tfmtl.experiments.lookalike.mean_layer import MeanLayer
from tfmtl.experiments.lookalike.mmoe_heads import MMoEHeads
from tfmtl.experiments.lookalike.shared_bottom_heads import SharedBottomHeads
from tfmtl.experiments.lookalike.user_graph import UserGraph

FIELD = tfmtl.CategoricalFeature("user", 6, embedding_dim=3)
TASK = tfmtl.BinaryTask("responds")
TWO = [tfmtl.BinaryTask("first"), tfmtl.BinaryTask("second")]
USERS = np.array([1, 5, 2])


def by_number(model, number):
    numbers = np.full(len(USERS), number)
    features = {"user": USERS, "campaign_number": numbers}
    return model(features)["responds"]


def test_heads_are_those_of_a_shared_bottom_with_a_task_for_each_campaign():
    ours = SharedBottomHeads(
        [FIELD, number_feature(2)], [TASK], bottom_units=(4,), seed=0
    )
    theirs = tfmtl.models.SharedBottom(
        [FIELD], TWO, bottom_units=(4,), tower_units=()
    )
    ours.build(), theirs.build()
    for name in ("encoder", "bottom"):
        getattr(theirs, name).set_weights(getattr(ours, name).get_weights())
    heads = np.array(ours.heads)
    for dense, head in zip(theirs.heads, heads[1:], strict=True):
        dense.set_weights([head[:-1, np.newaxis], head[-1:]])
    expected = theirs({"user": USERS})
    for number, task in enumerate(TWO, start=1):
        np.testing.assert_allclose(
            by_number(ours, number), expected[task.name], rtol=1e-5
        )


def test_gates_are_those_of_an_mmoe_with_a_task_for_each_campaign():
    ours = MMoEHeads(
        [FIELD, number_feature(2)],
        [TASK],
        num_experts=2,
        expert_units=(4,),
        seed=0,
    )
    theirs = tfmtl.models.MMoE(
        [FIELD], TWO, num_experts=2, expert_units=(4,), tower_units=()
    )
    ours.build(), theirs.build()
    for name in ("encoder", "experts"):
        getattr(theirs, name).set_weights(getattr(ours, name).get_weights())
    for dense, mixture, head in zip(
        theirs.heads, theirs.mixtures, np.array(ours.heads)[1:], strict=True
    ):
        dense.set_weights([head[:4, np.newaxis], head[4:5]])
        gate = head[5:].reshape(2, 4)
        mixture.set_weights([gate[:, :3].T, gate[:, 3]])
    expected = theirs({"user": USERS})
    for number, task in enumerate(TWO, start=1):
        np.testing.assert_allclose(
            by_number(ours, number), expected[task.name], rtol=1e-5
        )


def test_a_new_campaign_begins_with_the_mean_of_the_heads():
    model = SharedBottomHeads([FIELD, number_feature(3)], [TASK], seed=0)
    model.build()
    model.begin_new_campaign()
    heads = model.heads.numpy()
    np.testing.assert_allclose(heads[0], heads[1:].mean(0), rtol=1e-6)


def test_density_is_the_share_of_seeds_over_the_share_of_users():
    # One hyperplane cuts these users into three and one.
    vectors = np.array([[1.0], [2.0], [3.0], [-1.0]])
    score = LshDensity(vectors, functions=8, bits=1)
    near, far = score(np.array([0, 1]), np.array([2, 3]))
    # Both seeds beside user 2: (2+1)/(2+2) over (3+1)/(4+2).
    assert near == pytest.approx((3 / 4) / (4 / 6))
    assert far == pytest.approx((1 / 4) / (2 / 6))


def test_users_are_judged_by_the_cosine_to_the_mean_of_the_seeds():
    vectors = np.array([[6.0, 0.0], [0.0, 8.0], [3.0, 3.0], [0.0, -1.0]])
    scores = Centroid(vectors)(np.array([0, 1]), np.array([3, 2, 0]))
    # The mean of the seeds is (3, 4).
    np.testing.assert_allclose(scores, [-0.8, 1.4 * 0.5**0.5, 0.6], rtol=1e-6)


NODES = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 3.0]], np.float32)


def test_neighbours_are_averaged():
    layer = MeanLayer(4)
    layer(NODES, np.array([1, 2]), np.array([0, 0]))
    kernel = np.vstack([np.zeros((2, 4)), np.eye(2, 4)])
    layer.dense.set_weights([kernel, np.zeros(4)])
    output = layer(NODES, np.array([1, 2]), np.array([0, 0]))
    np.testing.assert_allclose(output[0], [0, 2, 0, 0])
    np.testing.assert_allclose(output[1:], np.zeros((2, 4)))


def test_a_neighbour_counts_in_the_channel_in_which_it_is_alike():
    layer = DisentangledLayer(4, channels=2, rounds=2)
    links = np.array([1]), np.array([0])
    nodes = np.array([[3.0, 0, 0, 2], [1, 0, 5, 0]], np.float32)
    layer(nodes, *links)
    layer.dense.set_weights([np.eye(4), np.zeros(4)])
    output = np.array(layer(nodes, *links))
    # Alike in the first channel: p = softmax(1, 0), then by the new state.
    state = np.array([0.0, 1.0])  # of the second channel
    share = np.exp([1.0, 0.0]) / np.exp([1.0, 0.0]).sum()
    for _ in range(2):
        mixed = np.array([0.0, 1.0]) + share[1] * np.array([1.0, 0.0])
        state = mixed / np.linalg.norm(mixed)
        share = np.exp([1.0, state[0]]) / np.exp([1.0, state[0]]).sum()
    np.testing.assert_allclose(output[0], [1, 0, *state], rtol=1e-5)
    # Nobody is joined to the other one, by a link that ends there.
    np.testing.assert_allclose(output[1], [1, 0, 1, 0], rtol=1e-5)


def test_the_graph_knows_past_responses_and_nothing_else(past, data):
    graph = UserGraph(past)
    positives = sum(past.labels(each).sum() for each in past.campaigns)
    assert len(graph) == positives
    assert graph.num_nodes == len(past.population) + len(past.campaigns)
    sources, targets = graph.links(np.array([0]))
    assert (sources[0], targets[0]) == (targets[1], sources[1])
    draw = np.random.default_rng(0)
    users, campaigns = graph.strangers(graph.campaigns, draw)
    edges = set(zip(graph.users, graph.campaigns, strict=True))
    assert not edges & set(zip(users, campaigns, strict=True))
    assert len(users) > 0


def test_a_user_without_edges_has_a_vector_by_the_features(past):
    keras.utils.set_random_seed(0)
    network = GraphNetwork(past, 8, [MeanLayer, MeanLayer], seed=0)
    nobody = np.zeros(0, np.int64)
    vectors = np.array(network(nobody, nobody))
    same = past.population.users(np.arange(len(past.population)))["ids"]
    _, first, where = np.unique(
        same, axis=0, return_index=True, return_inverse=True
    )
    users = vectors[: len(same)]
    np.testing.assert_allclose(users, users[first][where], atol=1e-6)
    assert tf.reduce_max(tf.abs(users)) > 0
