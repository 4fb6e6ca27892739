"""Pushes a model so that no reader ever sees a part of it."""

import fcntl
import os
import shutil
import time
from typing import Any

from absl import logging
from tfx import types
from tfx.components.pusher import component
from tfx.components.pusher import executor
from tfx.dsl.components.base import executor_spec
from tfx.proto import pusher_pb2
from tfx.types import artifact_utils
from tfx.types import standard_component_specs as specs
from tfx.utils import io_utils
from tfx.utils import proto_utils

_UNFINISHED = ".tmp-"
_LOCK = ".lock"


class AtomicPusherExecutor(executor.Executor):
    """TFX's Pusher, but for the copy into the serving folder."""

    def Do(
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Runs the component."""
        self._log_startup(input_dict, output_dict, exec_properties)
        pushed = artifact_utils.get_single_instance(
            output_dict[specs.PUSHED_MODEL_KEY]
        )
        if not self.CheckBlessing(input_dict):
            self._MarkNotPushed(pushed)
            return
        model = self.GetModelPath(input_dict)
        destination = pusher_pb2.PushDestination()
        proto_utils.json_to_proto(
            exec_properties[specs.PUSH_DESTINATION_KEY], destination
        )
        # The archive first: what is seen by servers comes last.
        io_utils.copy_dir(model, pushed.uri)
        path = push(model, destination.filesystem.base_directory)
        self._MarkPushed(
            pushed,
            pushed_destination=path,
            pushed_version=os.path.basename(path),
        )


class AtomicPusher(component.Pusher):
    """Pushes a blessed model into a local folder, whole or not at all.

    TFX's Pusher copies file by file into the place that servers watch: a run
    killed meanwhile leaves half a model there. This one copies next to it,
    under a name that is no version, and renames.

    A version is the time in seconds, or the number after the greatest version
    there is. If the model is not blessed, nothing is pushed, and the output
    says `pushed=0`, as with TFX's.

    Args:
        model: Channel of `Model`.
        model_blessing: Channel of `ModelBlessing`; without it, every model is
            pushed.
        base_directory: Local folder, which gets a folder a version.

    Component outputs:
        pushed_model: `PushedModel`.

    Raises:
        ValueError: If the folder is not local.
    """

    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(AtomicPusherExecutor)

    def __init__(
        self,
        model: types.BaseChannel,
        model_blessing: types.BaseChannel | None,
        base_directory: str,
    ) -> None:
        if "://" in base_directory:
            raise ValueError(
                "`base_directory` should be a local folder, because others "
                "cannot rename at one stroke; use `tfx.components.Pusher`. "
                f"Received: base_directory={base_directory!r}."
            )
        super().__init__(
            model=model,
            model_blessing=model_blessing,
            push_destination=pusher_pb2.PushDestination(
                filesystem=pusher_pb2.PushDestination.Filesystem(
                    base_directory=os.path.abspath(base_directory)
                )
            ),
        )


def versions(base_directory: str) -> dict[int, str]:
    """Returns the folders of the versions by number, oldest first.

    Args:
        base_directory: Folder of the versions; without it, there are none.
    """
    if not os.path.isdir(base_directory):
        return {}
    names = [n for n in os.listdir(base_directory) if n.isdecimal()]
    return {
        int(name): os.path.join(base_directory, name)
        for name in sorted(names, key=int)
    }


def push(model: str, base_directory: str) -> str:
    """Copies a model into a new version.

    Args:
        model: Folder of a SavedModel.
        base_directory: Folder of the versions; made if it is not there.

    Returns:
        The folder of the version.
    """
    os.makedirs(base_directory, exist_ok=True)
    # One push at a time: then unfinished copies are those of killed runs, and
    # a version number is free until it is taken.
    with open(os.path.join(base_directory, _LOCK), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name in os.listdir(base_directory):
            if name.startswith(_UNFINISHED):
                logging.info("Removing what a killed run left: %s", name)
                shutil.rmtree(os.path.join(base_directory, name))
        following = (number + 1 for number in versions(base_directory))
        version = max([int(time.time()), *following])
        path = os.path.join(base_directory, str(version))
        unfinished = os.path.join(base_directory, f"{_UNFINISHED}{version}")
        shutil.copytree(model, unfinished)
        os.rename(unfinished, path)
    return path
