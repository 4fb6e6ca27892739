import pytest
from tfx.types import artifact_utils


@pytest.fixture
def artifact(tmp_path):
    """Makes an artifact with a folder of its own, as a launcher would."""

    def make(kind, name, splits=(), **custom):
        made = kind()
        made.uri = str(tmp_path / name)
        made.id = len(list(tmp_path.iterdir())) + 1
        (tmp_path / name).mkdir()
        made.set_string_custom_property("tfx_version", "1.16.0")
        if splits:
            made.split_names = artifact_utils.encode_split_names(list(splits))
        for key, value in custom.items():
            made.set_int_custom_property(key, value)
        return made

    return make
