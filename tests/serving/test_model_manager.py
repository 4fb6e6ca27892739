import logging
import shutil
import threading

import pytest

from serving.model_manager import ModelManager
from serving.serving_error import ServingError
from serving.version_status import VersionStatus


class Model:
    """A model whose directory holds one file, `good` or `bad`."""

    def __init__(self, path):
        self.path = path
        self.closed = False
        if not (path / "good").exists():
            raise OSError(f"nothing good in {path.name}")

    def close(self):
        self.closed = True


@pytest.fixture
def push(tmp_path):
    def publish(version, content="good"):
        path = tmp_path / str(version)
        path.mkdir(exist_ok=True)
        (path / content).write_text("")
        return path

    return publish


@pytest.fixture
def manager(tmp_path):
    return ModelManager("m", tmp_path, Model)


def served(manager, version=None):
    with manager.use(version) as (number, _):
        return number


def states(manager):
    return {v: status.state for v, status in manager.status().items()}


def test_serves_the_newest_version_alone(manager, push):
    push(1), push(10), push(9)
    manager.poll()
    assert served(manager) == 10
    assert states(manager) == {10: "AVAILABLE"}


def test_swaps_to_a_newer_version_and_closes_the_older(manager, push):
    push(1)
    manager.poll()
    with manager.use() as (_, old):
        pass
    push(2)
    manager.poll()
    assert served(manager) == 2
    assert old.closed
    assert states(manager) == {2: "AVAILABLE", 1: "END"}


def test_a_request_without_end_holds_up_no_newer_version(manager, push):
    push(1)
    manager.poll()
    with manager.use() as (_, old):
        for version in (2, 3):
            push(version)
            looking = threading.Thread(target=manager.poll, daemon=True)
            looking.start()
            looking.join(5)
        assert served(manager) == 3
        assert states(manager) == {3: "AVAILABLE", 2: "END", 1: "UNLOADING"}
        assert not old.closed
    manager.poll()
    assert old.closed
    assert states(manager)[1] == "END"


def test_a_version_may_return_while_a_request_still_uses_it(manager, push):
    push(1)
    manager.poll()
    with manager.use() as (_, old):
        newest = push(2)
        manager.poll()
        shutil.rmtree(newest)
        manager.poll()
        assert served(manager) == 1
    manager.poll()
    assert old.closed
    assert states(manager) == {1: "AVAILABLE"}


def test_keeps_as_many_versions_as_asked_for(tmp_path, push):
    manager = ModelManager("m", tmp_path, Model, versions_kept=2)
    push(1), push(2), push(3)
    manager.poll()
    assert (served(manager), served(manager, 2)) == (3, 2)
    with pytest.raises(ServingError, match=r"Specific\(m, 1\)"):
        served(manager, 1)


def test_refuses_a_broken_version_and_serves_on(manager, push):
    push(1)
    manager.poll()
    push(2, "bad")
    manager.poll()
    assert served(manager) == 1
    assert manager.status()[2] == VersionStatus("END", 2, "nothing good in 2")


def test_begins_with_the_newest_version_that_is_good(manager, push):
    push(1), push(2), push(3, "bad")
    manager.poll()
    assert served(manager) == 2


def test_says_once_that_a_version_is_broken(manager, push, caplog):
    push(2, "bad")
    for count in range(3):
        manager.poll()
        push(2, f"half-{count}")
    errors = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert len(errors) == 1


def test_tries_a_broken_version_again_only_when_it_changes(tmp_path, push):
    tried = []

    def load(path):
        tried.append(path.name)
        return Model(path)

    manager = ModelManager("m", tmp_path, load)
    push(1, "bad")
    manager.poll()
    manager.poll()
    assert tried == ["1"]
    push(1, "good")
    manager.poll()
    assert tried == ["1", "1"]
    assert served(manager) == 1


def test_goes_back_when_the_newest_version_is_taken_away(manager, push):
    push(1)
    newest = push(2)
    manager.poll()
    shutil.rmtree(newest)
    manager.poll()
    assert served(manager) == 1


def test_serves_on_when_every_version_is_taken_away(manager, push):
    path = push(1)
    manager.poll()
    shutil.rmtree(path)
    manager.poll()
    assert served(manager) == 1


def test_forgets_versions_that_are_gone(manager, push):
    old = push(1)
    manager.poll()
    push(2)
    manager.poll()
    shutil.rmtree(old)
    manager.poll()
    assert states(manager) == {2: "AVAILABLE"}


def test_passes_over_a_version_superseded_while_another_loaded(tmp_path, push):
    loaded = []

    def load(path):
        loaded.append(path.name)
        if path.name == "1":
            push(2), push(3)
        return Model(path)

    manager = ModelManager("m", tmp_path, load)
    push(1)
    manager.poll()
    assert loaded == ["1", "3"]


def test_answers_that_nothing_is_loaded_yet(manager):
    with pytest.raises(
        ServingError, match=r"Servable not found for request: Latest\(m\)"
    ):
        served(manager)
    assert manager.wait_until_ready(timeout=0) is None


def test_watches_on_when_the_directory_cannot_be_read(tmp_path, push, caplog):
    manager = ModelManager("m", tmp_path / "later", Model, poll_seconds=0.01)
    manager.start()
    threading.Event().wait(0.1)
    (tmp_path / "later" / "1").mkdir(parents=True)
    (tmp_path / "later" / "1" / "good").write_text("")
    assert manager.wait_until_ready(timeout=10) == 1
    manager.close()
    complaints = [r for r in caplog.records if r.levelname == "ERROR"]
    assert len(complaints) <= 2  # missing, and perhaps half-written


def test_closing_waits_for_requests_only_so_long(manager, push):
    push(1)
    manager.poll()
    with manager.use() as (_, model):
        manager.close(seconds=0.01)
        assert model.closed


def test_closing_waits_for_a_version_being_loaded_only_so_long(tmp_path, push):
    begun, go_on = threading.Event(), threading.Event()
    models = []

    def load(path):
        begun.set()
        go_on.wait(20)
        models.append(Model(path))
        return models[0]

    push(1)
    manager = ModelManager("m", tmp_path, load)
    manager.start()
    assert begun.wait(5)
    manager.close(seconds=0.01)
    go_on.set()
    manager._watcher.join(5)
    assert models[0].closed
    assert manager.wait_until_ready(timeout=0) is None


def test_closing_unloads_everything(manager, push):
    push(1)
    manager.poll()
    with manager.use() as (_, model):
        pass
    manager.close()
    assert model.closed
