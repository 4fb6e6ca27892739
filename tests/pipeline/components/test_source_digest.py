import pytest

from pipeline.components.source_digest import source_digest


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of a job, with a function and what it calls."""
    folder = tmp_path / "made_job"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "preprocessing.py").write_text("def preprocessing_fn(): ...")
    (folder / "columns.py").write_text("BUCKETS = 32")
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def digest():
    return source_digest("made_job.preprocessing.preprocessing_fn")


def test_a_change_of_the_function_or_of_what_it_calls_is_noticed(package):
    first = digest()
    for name in ("preprocessing.py", "columns.py"):
        text = (package / name).read_text()
        (package / name).write_text(f"{text}  # changed")
        assert digest() != first
        (package / name).write_text(text)
    assert digest() == first
