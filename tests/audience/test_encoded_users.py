import pandas as pd
import pytest

from tfmtl.audience.encoded_users import write_encoded


@pytest.fixture
def raw(tmp_path):
    """Two files of two users each."""
    folder = tmp_path / "raw"
    folder.mkdir()
    for name, ids in (("a", [1, 2]), ("b", [3, 4])):
        frame = pd.DataFrame({"user_id": ids})
        frame.to_parquet(folder / f"{name}.parquet")
    return folder


def test_two_processes_that_encode_at_once_lose_no_user(raw, tmp_path):
    out, is_first = tmp_path / "out", [True]

    def write():
        return write_encoded(raw, out, encode, ["user_id"], 9, False)

    def encode(frame, source):
        if is_first and source.endswith("b.parquet"):
            is_first.clear()
            write()  # by another process, all of it in the meantime
        return {"x": frame["user_id"].to_numpy()}

    assert write() == out
    assert sorted(pd.read_parquet(out)["x"]) == [1, 2, 3, 4]
    assert len(list(tmp_path.iterdir())) == 2
