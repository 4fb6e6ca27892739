"""Keeps the newest good versions of a model loaded."""

import contextlib
import logging
import threading
import time

import grpc

from serving import version_directory
from serving import version_status
from serving.servable import Servable
from serving.serving_error import ServingError
from serving.version_status import VersionStatus

_log = logging.getLogger(__name__)


class ModelManager:
    """Loads, swaps and unloads the versions below a base path.

    A new version is loaded and warmed before it takes over; the old one is
    closed at the first look after its last request was answered. A version
    that does not load is passed over until one of its files changes: what
    served goes on serving.

    Args:
        name: Name of the model.
        base_path: Directory with one directory a version.
        load: Callable from a version's path to a model that is ready to
            serve, which has a method `close()`.
        versions_kept: How many of the newest good versions to keep loaded.
        poll_seconds: Time between two looks at the directory.
    """

    def __init__(
        self, name, base_path, load, versions_kept=1, poll_seconds=1.0
    ):
        self.name = name
        self.base_path = base_path
        self.load = load
        self.versions_kept = versions_kept
        self.poll_seconds = poll_seconds
        self._servables = {}
        self._retired = []
        self._states = {}
        self._failed = {}
        self._complaint = None
        self._lock = threading.Condition()
        self._stopping = threading.Event()
        self._watcher = threading.Thread(
            target=self._watch, name=f"watch {name}", daemon=True
        )

    def start(self):
        """Starts to watch the directory."""
        self._watcher.start()

    def close(self, seconds=0.0):
        """Stops watching, and unloads everything.

        Args:
            seconds: Time to wait for a version that is being loaded and for
                requests under way; they are given up then.
        """
        deadline = time.monotonic() + seconds
        self._stopping.set()
        if self._watcher.is_alive():
            self._watcher.join(seconds)
        self._retire_all_but([])
        for servable in list(self._retired):
            self._unload(servable, max(0.0, deadline - time.monotonic()))

    def wait_until_ready(self, timeout):
        """Returns the newest version once there is one, None if too late.

        Args:
            timeout: Seconds to wait.
        """
        with self._lock:
            self._lock.wait_for(lambda: self._servables, timeout)
            return max(self._servables, default=None)

    def status(self):
        """Returns a dict from version to `VersionStatus`, newest first."""
        with self._lock:
            return dict(sorted(self._states.items(), reverse=True))

    @contextlib.contextmanager
    def use(self, version=None):
        """Yields a version number and its model, alive within the block.

        Args:
            version: Version wanted; None for the newest.

        Raises:
            ServingError: NOT_FOUND if it is not loaded.
        """
        with contextlib.ExitStack() as stack:
            with self._lock:
                wanted = (
                    max(self._servables, default=None)
                    if version is None
                    else version
                )
                if wanted not in self._servables:
                    raise not_found(self.name, version)
                # Under the lock: once found, it may not be closed any more.
                model = stack.enter_context(self._servables[wanted].use())
            yield wanted, model

    def poll(self):
        """Looks at the directory once, and does what it asks for."""
        refused = set()
        while not self._stopping.is_set():
            # Listed anew after each load, which may have taken long enough
            # for the version to be superseded.
            paths = version_directory.versions(self.base_path)
            good = sorted(set(paths) - refused, reverse=True)
            good = good[: self.versions_kept]
            missing = [v for v in good if v not in self._servables]
            if not missing:
                self._forget_all_but(paths)
                if good:
                    self._retire_all_but(good)
                # Not waited for: a request may take long, and versions come.
                for servable in [s for s in self._retired if s.is_idle()]:
                    self._unload(servable)
                return
            if not self._try_to_load(missing[0], paths[missing[0]]):
                refused.add(missing[0])

    def _watch(self):
        while not self._stopping.is_set():
            try:
                self.poll()
                self._complaint = None
            except Exception as error:  # to watch on is this thread's duty
                if str(error) != self._complaint:
                    _log.exception("cannot look for versions of %s", self.name)
                self._complaint = str(error)
            self._stopping.wait(self.poll_seconds)

    def _try_to_load(self, version, path):
        fingerprint = version_directory.fingerprint(path)
        if self._failed.get(version, (None,))[0] == fingerprint:
            return False
        self._set_state(version, VersionStatus(version_status.LOADING))
        try:
            model = self.load(path)
        except Exception as error:
            self._refuse(version, path, fingerprint, error)
            return False
        self._failed.pop(version, None)
        with self._lock:
            if self._stopping.is_set():  # `close` may not have waited for it
                model.close()
                return False
            self._servables[version] = Servable(version, model)
        self._set_state(version, VersionStatus(version_status.AVAILABLE))
        _log.info("%s version %s is served", self.name, version)
        return True

    def _refuse(self, version, path, fingerprint, error):
        code = getattr(error, "error_code", grpc.StatusCode.UNKNOWN.value[0])
        message = str(error)
        self._set_state(
            version, VersionStatus(version_status.END, code, message)
        )
        # A copy under way changes at every look, and fails in the same way.
        _, before = self._failed.get(version, (None, None))
        self._failed[version] = fingerprint, message
        if message != before:
            _log.error(
                "%s version %s is refused until its files change: %s (%s)",
                self.name,
                version,
                message,
                path,
            )

    def _retire_all_but(self, kept):
        for version in sorted(set(self._servables) - set(kept)):
            with self._lock:
                self._retired.append(self._servables.pop(version))
            self._set_state(version, VersionStatus(version_status.UNLOADING))

    def _unload(self, servable, seconds=0.0):
        servable.close(seconds)
        self._retired.remove(servable)
        version = servable.version
        # It may have been loaded anew in the meantime.
        unloading = VersionStatus(version_status.UNLOADING)
        if self._states.get(version) == unloading:
            self._set_state(version, VersionStatus(version_status.END))
        _log.info("%s version %s is unloaded", self.name, version)

    def _forget_all_but(self, on_disk):
        with self._lock:
            for version in set(self._states) - set(on_disk):
                if self._states[version].state == version_status.END:
                    del self._states[version]
                    self._failed.pop(version, None)

    def _set_state(self, version, status):
        with self._lock:
            self._states[version] = status
            self._lock.notify_all()


def not_found(name, version=None):
    """Returns the error for a model or version that is not served.

    Args:
        name: Name of the model.
        version: Version asked for; None for the newest.
    """
    which = (
        f"Latest({name})" if version is None else f"Specific({name}, {version})"
    )
    return ServingError(
        grpc.StatusCode.NOT_FOUND,
        f"Servable not found for request: {which}",
    )
