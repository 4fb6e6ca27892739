import numpy as np
import pandas as pd
import pytest

from tfmtl.audience import encode_user_base
from tfmtl.audience import retrieve
from tfmtl.audience import retrieve_on_beam


@pytest.fixture(scope="module")
def file(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.keras"
    model.save(path)
    return path


@pytest.mark.slow
def test_many_machines_find_what_one_finds(
    model, file, users, campaign, tmp_path
):
    stored = encode_user_base(model, users, tmp_path / "stored")
    options = {"campaign": campaign, "exclude": users.ids()[::9]}
    for source in (users, stored):
        one, many = tmp_path / "one.parquet", tmp_path / "many.parquet"
        retrieve(model, source, 40, one, **options)
        assert retrieve_on_beam(file, source, 40, many, **options) == many
        pd.testing.assert_frame_equal(
            pd.read_parquet(many), pd.read_parquet(one)
        )


@pytest.mark.slow
def test_what_workers_find_wrong_is_said_and_nothing_written(
    file, users, bad_base, campaign, tmp_path
):
    path, options = tmp_path / "audience.csv", {"campaign": campaign}
    with pytest.raises((RuntimeError, ValueError), match="298 are left"):
        retrieve_on_beam(
            file, users, 299, path, exclude=users.ids()[:2], **options
        )
    users = bad_base(user_id=np.array([7, 8, 9, 3, 11]))
    with pytest.raises((RuntimeError, ValueError), match=r"first \[3\]"):
        retrieve_on_beam(file, users, 1, path, **options)
    assert not path.exists()


def test_refuses_a_campaign_before_anything_runs(file, users, tmp_path):
    with pytest.raises(ValueError, match="neither for"):
        retrieve_on_beam(file, users, 1, tmp_path / "a.csv")
