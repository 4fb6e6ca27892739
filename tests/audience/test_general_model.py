import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

import tfmtl
from tfmtl.audience import GeneralModel
from tfmtl.audience import general_model


def push(folder, version):
    """A version whose endpoints number cities and cut a place into words."""
    model = tfmtl.models.MetaHeac(
        [
            tfmtl.CategoricalFeature("city_id", 3, 4),
            tfmtl.CategoricalFeature("is_rich", 3, 4),
            tfmtl.CategoricalFeature("words", 4, 4, max_length=2),
        ],
        [tfmtl.BinaryTask("responds")],
        campaign_features=["words"],
        num_experts=2,
        num_critics=2,
        expert_units=(4,),
        seed=0,
    )
    model.build()
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(
        general_model.ENCODE_USERS,
        lambda raw: {
            "city_id": tf.reshape(
                tf.where(raw["city"] == "Ulm", 1, 0)
                + tf.where(raw["city"] == "Bonn", 2, 0),
                [-1],
            ),
            "is_rich": tf.reshape(tf.where(raw["spend"] > 9, 2, 1), [-1]),
        },
        [
            {
                "city": tf.TensorSpec([None, 1], tf.string, "city"),
                "spend": tf.TensorSpec([None, 1], tf.float32, "spend"),
            }
        ],
    )
    archive.add_endpoint(
        general_model.ENCODE_CAMPAIGN,
        lambda raw: {
            "words": tf.where(raw["goods"] == "", [[0, 0]], [[3, 1]]),
        },
        [{"goods": tf.TensorSpec([None, 1], tf.string, "goods")}],
    )
    path = folder / version
    archive.write_out(str(path), verbose=False)
    (path / "assets.extra").mkdir()
    model.save(path / general_model.MODEL_FILE)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Folder of two versions, of which the second one is an empty one."""
    folder = tmp_path_factory.mktemp("serving")
    push(folder, "9")
    return folder


@pytest.fixture(scope="module")
def general(folder):
    return GeneralModel.latest(folder)


@pytest.fixture
def raw(tmp_path):
    """Five users in two files."""
    frame = pd.DataFrame(
        {
            "user_id": [10, 11, 12, 13, 14],
            "city": ["Ulm", None, "Bonn", "Rome", "Ulm"],
            "spend": [1.0, 10.0, np.nan, 99.0, 0.0],
            "name": list("abcde"),
        }
    )
    (tmp_path / "raw").mkdir()
    frame[:2].to_parquet(tmp_path / "raw" / "a.parquet")
    frame[2:].to_parquet(tmp_path / "raw" / "b.parquet")
    return tmp_path / "raw"


def test_encodes_users_as_the_model_was_trained(general, raw):
    encoded = general.encode(pd.read_parquet(raw))
    assert encoded["city_id"].tolist() == [1, 0, 2, 0, 1]
    assert encoded["is_rich"].tolist() == [1, 2, 1, 2, 1]
    assert general.version == "9"


def test_encodes_a_campaign_with_what_is_not_told_as_unknown(general):
    assert general.encode_campaign({"goods": "MEAT"}) == {"words": [3, 1]}
    assert general.encode_campaign({}) == {"words": [0, 0]}


def test_the_model_is_the_one_that_was_saved(general, folder):
    saved = keras.models.load_model(folder / "9" / general_model.MODEL_FILE)
    for ours, theirs in zip(
        general.model.get_weights(), saved.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


def test_encodes_a_user_base_file_by_file(general, raw, tmp_path, monkeypatch):
    monkeypatch.setattr(general_model, "_ROWS", 2)
    out = general.encode_users(raw, tmp_path / "out")
    assert sorted(p.name for p in out.iterdir()) == ["a.parquet", "b.parquet"]
    frame = pd.read_parquet(out)
    assert frame.columns.tolist() == ["user_id", "city_id", "is_rich"]
    assert frame["user_id"].tolist() == [10, 11, 12, 13, 14]
    assert frame["city_id"].tolist() == [1, 0, 2, 0, 1]


def test_an_encoded_user_base_is_never_half_there(general, raw, tmp_path):
    pd.DataFrame({"user_id": [1]}).to_parquet(raw / "c.parquet")
    with pytest.raises(ValueError, match=r"c\.parquet.*\['city', 'spend'\]"):
        general.encode_users(raw, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    (raw / "c.parquet").unlink()
    general.encode_users(raw, tmp_path / "out")
    assert len(list(tmp_path.iterdir())) == 2
    with pytest.raises(ValueError, match="which is there"):
        general.encode_users(raw, tmp_path / "out")


def test_a_missing_or_mistyped_column_is_named(general, raw):
    frame = pd.read_parquet(raw)
    with pytest.raises(ValueError, match="users: The table has no column.*'ci"):
        general.encode(frame.drop(columns="city"))
    with pytest.raises(ValueError, match="'spend' must hold numbers.*row=0"):
        general.encode(frame.assign(spend=["much"] * 5))


def test_a_campaign_with_features_of_another_schema_is_refused(general):
    with pytest.raises(ValueError, match=r"\['goods'\].*\['colour'\]"):
        general.encode_campaign({"colour": "red"})
    with pytest.raises(ValueError, match="'goods' must hold text"):
        general.encode_campaign({"goods": 7})


def test_says_what_columns_it_reads(general):
    assert general.user_columns == {"city": "text", "spend": "numbers"}
    assert general.campaign_columns == {"goods": "text"}


def test_a_folder_without_a_version_is_refused(folder, tmp_path):
    with pytest.raises(ValueError, match="run the job first"):
        GeneralModel.latest(tmp_path)
    with pytest.raises(ValueError, match=r"GeneralModel\.latest"):
        GeneralModel.load(folder)
