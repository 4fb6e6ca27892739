import numpy as np
import pytest

import tfmtl
from tfmtl.audience import UserBase


def test_reads_all_files_in_blocks_or_at_once(users):
    features = [
        tfmtl.CategoricalFeature("tags", 5, 4, max_length=3),
        tfmtl.CategoricalFeature("taste", 4, 4),
    ]
    blocks = list(users.batches(features, rows=100))
    assert [len(ids) for ids, _ in blocks] == [100, 30, 1, 100, 69]
    assert len(users) == 300 and users.columns == ("taste", "tags", "spend")
    everyone = users.read()
    np.testing.assert_array_equal(everyone["user_id"], users.ids())
    ids = np.concatenate([ids for ids, _ in blocks])
    np.testing.assert_array_equal(ids, users.ids())
    tags = np.concatenate([columns["tags"] for _, columns in blocks])
    # Two tags each, filled up to three.
    np.testing.assert_array_equal(tags[:, :2], everyone["tags"])
    assert not tags[:, 2].any()
    assert set(users.read(["taste"])) == {"user_id", "taste"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"user_id": None}, r"id_column='user_id'.*part-1"),
        ({"user_id": np.arange(5) / 2}, "same types"),
        ({"spend": None}, "the same columns.*part-1"),
        ({"taste": np.arange(5.0)}, "'taste': 'double'"),
    ],
)
def test_refuses_files_that_differ(bad_base, changes, message):
    with pytest.raises(ValueError, match=message):
        bad_base(**changes)


def test_refuses_folders_without_users(tmp_path):
    with pytest.raises(ValueError, match="one Parquet file or more"):
        UserBase(tmp_path / "missing")
    (tmp_path / "users.parquet").write_text("no Parquet")
    with pytest.raises(ValueError, match="Parquet file that can be read"):
        UserBase(tmp_path)
