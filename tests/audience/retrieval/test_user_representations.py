import os

import numpy as np
import pandas as pd
import pytest

import tfmtl
from tfmtl.audience import Epochs
from tfmtl.audience import FineTuning
from tfmtl.audience import UserBase
from tfmtl.audience import UserRepresentations
from tfmtl.audience import encode_user_base
from tfmtl.audience import retrieve


@pytest.fixture(scope="module")
def stored(model, users, tmp_path_factory):
    return encode_user_base(model, users, tmp_path_factory.mktemp("stored"))


@pytest.fixture(scope="module")
def customised(model, users, campaign):
    """A copy whose gates and critics have been tuned, far."""
    columns = users.read()
    tuning = FineTuning(
        Epochs(3),
        adapt=tfmtl.training.heads,
        make_optimizer=lambda: tfmtl.optimizers.LazyAdam(0.1),
        batch_size=50,
    )
    features = {
        **{n: columns[n] for n in users.columns},
        **{n: np.tile(v, (300, 1)) for n, v in campaign.items()},
    }
    labels = (columns["taste"] == 2) ^ (columns["spend"] > 0)
    return tuning(model, features, {"responds": labels})[0]


def scores(model, users, campaign, path):
    retrieve(model, users, len(users), path, campaign=campaign)
    frame = pd.read_parquet(path).set_index("user_id").sort_index()
    return frame["score"]


@pytest.mark.parametrize("scale", [False, True])
def test_heads_alone_judge_as_the_whole_model(
    customised, users, stored, campaign, scale, tmp_path
):
    customised.gate_scale = scale
    parts = [
        scores(customised, one, campaign, tmp_path / "a.parquet")
        for one in (users, stored)
    ]
    customised.gate_scale = False
    assert parts[0].std() > 0.01
    np.testing.assert_allclose(parts[1], parts[0], rtol=2e-6)
    pd.testing.assert_index_equal(parts[1].index, parts[0].index)


def test_vectors_are_the_mean_of_the_experts(model, users, stored):
    columns = users.read()
    features = {n: columns[n] for n in users.columns}
    expected = model.encode_users(features)["experts"].numpy().mean(axis=1)
    ids, vectors = map(np.concatenate, zip(*stored.vectors(), strict=True))
    np.testing.assert_array_equal(ids, columns["user_id"])
    np.testing.assert_allclose(vectors, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(
        stored.direction([ids[3], -1, ids[250]]),
        expected[[3, 250]].mean(axis=0)[np.newaxis] - expected.mean(axis=0),
        rtol=1e-4,
        atol=1e-6,
    )


@pytest.mark.parametrize(
    ("ids", "message"), [([-1], "none that is known"), (["7"], "integer")]
)
def test_there_is_no_direction_of_nobody(stored, ids, message):
    with pytest.raises(ValueError, match=message):
        stored.direction(ids)


def test_the_model_chooses_among_those_who_differ_as_the_seeds_do(
    model, users, stored, campaign, tmp_path
):
    seeds = users.ids()[:20]
    ids, vectors = map(np.concatenate, zip(*stored.vectors(), strict=True))
    products = vectors @ stored.direction(seeds)[0]
    near = stored.nearest(seeds, 80, exclude=seeds)
    assert not np.isin(near, seeds).any()
    found = products[pd.Index(ids).get_indexer(near)]
    rest = np.sort(products[~np.isin(ids, seeds)])[::-1]
    np.testing.assert_allclose(found, rest[:80], rtol=1e-4, atol=1e-6)
    path = tmp_path / "a.parquet"
    retrieve(model, users, 80, path, campaign=campaign, candidates=near)
    assert set(pd.read_parquet(path)["user_id"]) == set(near)


def test_half_precision_takes_half_the_room(
    customised, model, users, campaign, tmp_path
):
    half = encode_user_base(model, users, tmp_path / "h", dtype=np.float16)
    exact = scores(customised, users, campaign, tmp_path / "a.parquet")
    close = scores(customised, half, campaign, tmp_path / "b.parquet")
    np.testing.assert_allclose(close, exact, rtol=5e-3)
    # Three experts of 8 units, a header of 128 bytes.
    file = tmp_path / "h" / "part-0.experts.npy"
    assert file.stat().st_size == 130 * 3 * 8 * 2 + 128


def test_encodes_again_only_what_has_changed(model, folder, tmp_path):
    base, out = tmp_path / "base", tmp_path / "stored"
    base.mkdir()
    for path in folder.glob("*.parquet"):
        (base / path.name).write_bytes(path.read_bytes())
    encode_user_base(model, UserBase(base), out)
    before = {p.name: p.stat().st_mtime_ns for p in out.glob("*.npy")}
    (base / "part-1.parquet").unlink()
    content = (base / "part-0.parquet").read_bytes()
    (base / "part-0.parquet").write_bytes(content)
    told = []
    users = UserBase(base)
    stored = encode_user_base(model, users, out, on_progress=told.append)
    after = {p.name: p.stat().st_mtime_ns for p in out.glob("*.npy")}
    assert len(stored) == 299 and told == [130, 299]
    assert {n for n, t in after.items() if before[n] != t} == {
        "part-0.experts.npy",
        "part-0.mean.npy",
        "part-0.vector.npy",
    }
    assert "part-1.experts.npy" not in after


def test_goes_on_where_it_was_stopped(model, users, tmp_path):
    def stop(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode_user_base(model, users, tmp_path / "s", on_progress=stop)
    with pytest.raises(ValueError, match="goes on where it was stopped"):
        UserRepresentations(tmp_path / "s")
    before = (tmp_path / "s" / "part-0.mean.npy").stat().st_mtime_ns
    assert len(encode_user_base(model, users, tmp_path / "s")) == 300
    assert (tmp_path / "s" / "part-0.mean.npy").stat().st_mtime_ns == before
    assert not list((tmp_path / "s").glob(".*"))


def test_what_another_process_is_writing_is_left_alone(model, users, stored):
    old, fresh = stored.path / ".old", stored.path / ".fresh"
    for file in (old, fresh):
        file.touch()
    os.utime(old, (1, 1))
    encode_user_base(model, users, stored.path)
    assert fresh.exists() and not old.exists()
    fresh.unlink()


def test_refuses_a_model_whose_experts_have_been_tuned(
    model, users, stored, campaign, tmp_path
):
    tuned = tfmtl.models.MetaHeac.from_config(model.get_config())
    tuned.build()
    tuned.set_weights(model.get_weights())
    tuned.user_encoder.trainable_weights[0].assign_add(
        np.eye(*tuned.user_encoder.trainable_weights[0].shape) * 1e-3
    )
    with pytest.raises(ValueError, match="tune the heads only"):
        retrieve(tuned, stored, 1, tmp_path / "a.csv", campaign=campaign)


@pytest.mark.parametrize("campaign", [{}, {"category": 1, "spend": 1.0}])
def test_refuses_a_campaign_that_does_not_fit(
    model, stored, campaign, tmp_path
):
    with pytest.raises(ValueError, match="a value for each feature"):
        retrieve(model, stored, 1, tmp_path / "a.csv", campaign=campaign)


def test_refuses_to_write_among_other_files(model, users, folder, stored):
    with pytest.raises(ValueError, match="other files .'part-0.parquet'"):
        encode_user_base(model, users, folder)
    with pytest.raises(ValueError, match="before .*float32.*now .*float16"):
        encode_user_base(model, users, stored.path, dtype=np.float16)


def test_refuses_numbers_that_do_not_fit(model, bad_base, tmp_path):
    users = bad_base(spend=np.array([1, 1e30, 1, 1, 1], "float32"))
    with pytest.raises(ValueError, match="take np.float32.*float16"):
        encode_user_base(model, users, tmp_path / "s", dtype=np.float16)
    assert not list((tmp_path / "s").glob("part-1*"))


def test_refuses_other_models(users, stored, tmp_path):
    model = tfmtl.models.SharedBottom(
        [tfmtl.CategoricalFeature("taste", 4, embedding_dim=4)],
        [tfmtl.BinaryTask("responds")],
    )
    with pytest.raises(ValueError, match="Only MetaHeac"):
        encode_user_base(model, users, tmp_path)
    with pytest.raises(ValueError, match="Only MetaHeac"):
        retrieve(model, stored, 1, tmp_path / "a.csv")
