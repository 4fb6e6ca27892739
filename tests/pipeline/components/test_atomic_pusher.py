import os
import shutil
import time

import pytest
from tfx.components.pusher import executor
from tfx.dsl.components.base import base_executor
from tfx.types import channel
from tfx.types import standard_artifacts

from pipeline.components import atomic_pusher
from pipeline.components.atomic_pusher import AtomicPusher


@pytest.fixture
def serving(tmp_path):
    return tmp_path / "serving"


@pytest.fixture
def model(artifact):
    made = artifact(standard_artifacts.Model, "model")
    folder = os.path.join(made.uri, "Format-Serving", "variables")
    os.makedirs(folder)
    for name in ("variables.index", "../saved_model.pb"):
        with open(os.path.join(folder, name), "w") as file:
            file.write(name)
    return made


@pytest.fixture
def push(artifact, model, serving):
    """Runs the pusher; returns the artifact it made."""

    def run(blessed):
        blessing = artifact(
            standard_artifacts.ModelBlessing, "blessing", blessed=blessed
        )
        pushed = artifact(standard_artifacts.PushedModel, "pushed")
        component = AtomicPusher(
            channel.Channel(type=standard_artifacts.Model),
            channel.Channel(type=standard_artifacts.ModelBlessing),
            str(serving),
        )
        context = base_executor.BaseExecutor.Context()
        component.executor_spec.executor_class(context).Do(
            {"model": [model], "model_blessing": [blessing]},
            {"pushed_model": [pushed]},
            component.exec_properties,
        )
        return pushed

    return run


def versions(serving):
    return sorted(path.name for path in serving.iterdir() if path.is_dir())


def test_pushes_a_blessed_model_whole(push, serving):
    before = int(time.time())
    pushed = push(blessed=1)
    [version] = versions(serving)
    assert before <= int(version) <= time.time()
    assert (serving / version / "saved_model.pb").exists()
    assert (serving / version / "variables" / "variables.index").exists()
    assert pushed.get_int_custom_property("pushed") == 1
    assert pushed.get_string_custom_property("pushed_version") == version
    destination = pushed.get_string_custom_property("pushed_destination")
    assert destination == str(serving / version)
    assert os.path.exists(os.path.join(pushed.uri, "saved_model.pb"))


def test_pushes_nothing_that_is_not_blessed(push, serving):
    pushed = push(blessed=0)
    assert not serving.exists()
    assert pushed.get_int_custom_property("pushed") == 0


def test_counts_on_from_the_greatest_version(model, serving):
    source = os.path.join(model.uri, "Format-Serving")
    future = int(time.time()) + 1000
    (serving / str(future)).mkdir(parents=True)
    (serving / "notes").mkdir()
    paths = [atomic_pusher.push(source, str(serving)) for _ in range(2)]
    names = [os.path.basename(path) for path in paths]
    assert names == [str(future + 1), str(future + 2)]


def test_lists_versions_by_number_and_nothing_else(serving):
    assert atomic_pusher.versions(str(serving)) == {}
    for name in ("10", "9", "notes", ".tmp-11"):
        (serving / name).mkdir(parents=True)
    found = atomic_pusher.versions(str(serving))
    assert list(found) == [9, 10]
    assert found[10] == str(serving / "10")


def test_leaves_no_version_when_it_is_killed_on_the_way(
    push, serving, monkeypatch
):
    def copy_half(source, target):
        os.makedirs(target)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copytree", copy_half)
        with pytest.raises(KeyboardInterrupt):
            push(blessed=1)
    [unfinished] = versions(serving)
    assert unfinished.startswith(".tmp-")
    for name in ("blessing", "pushed"):
        shutil.rmtree(serving.parent / name)
    push(blessed=1)
    [version] = versions(serving)
    assert version.isdecimal()


def test_is_tfx_own_pusher_otherwise():
    assert issubclass(
        AtomicPusher.EXECUTOR_SPEC.executor_class, executor.Executor
    )


def test_refuses_a_folder_that_is_not_local():
    model = channel.Channel(type=standard_artifacts.Model)
    with pytest.raises(ValueError, match="local folder.*'gs://bucket/x'"):
        AtomicPusher(model, None, "gs://bucket/x")
