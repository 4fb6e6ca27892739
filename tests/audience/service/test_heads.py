import dataclasses

import numpy as np
import pytest

import tfmtl
from tfmtl import audience
from tfmtl.audience.service.model_folder import ModelFolder


@pytest.mark.slow
def test_with_heads_alone_users_are_represented_once_for_all_campaigns(
    make_service, quick_tuning, fans, people, tmp_path
):
    made = make_service()
    heads = dataclasses.replace(quick_tuning, adapt=tfmtl.training.heads)
    settings = audience.Customisation(heads)
    made = audience.AudienceService(
        made.store, made.general_model, made.users, made.folder, settings
    )
    for name, taste in (("a", 3), ("b", 5)):
        own = people["user_id"][people["taste"] == taste].to_numpy()
        made.create_campaign(name)
        made.store.add_seeds(name, own[:200])
        made.customise(name)
        path = made.audience(name, 200).path
        version = made.store.current_model(name)
        plain = audience.retrieve(
            ModelFolder(tmp_path / version.path).model(),
            made.users,
            200,
            tmp_path / f"{name}.csv",
            campaign={"category": 0},
            exclude=own[:200],
        )
        np.testing.assert_array_equal(
            made.audience_ids(path), made.audience_ids(plain.path)
        )
    stored = made.folder / "representations"
    (folder,) = stored.iterdir()
    written = [file.stat().st_mtime_ns for file in folder.glob("*.parquet")]
    assert len(written) == 2
    made.audience("a", 100)
    again = [file.stat().st_mtime_ns for file in folder.glob("*.parquet")]
    assert again == written
