"""Finds the versions of a model below its base path."""

import os
import pathlib

_LARGEST = (1 << 63) - 1


def versions(base_path):
    """Returns the version directories that are there now.

    A version is a directory whose name is a whole number. Anything else, such
    as the `.tmp-*` of a copy under way, is somebody else's.

    Args:
        base_path: Directory the pipeline pushes to.

    Returns:
        Dict from version number to path.

    Raises:
        OSError: If the directory cannot be read.
    """
    found = {}
    for entry in sorted(os.scandir(base_path), key=lambda entry: entry.name):
        name = entry.name
        if name.isascii() and name.isdigit() and entry.is_dir():
            if int(name) <= _LARGEST:
                found[int(name)] = pathlib.Path(entry.path)
    return found


def fingerprint(path):
    """Returns a value that changes when a file below a directory does.

    Args:
        path: Directory of one version.
    """
    files = []
    for folder, _, names in os.walk(path):
        for name in names:
            file = os.path.join(folder, name)
            try:
                status = os.stat(file)
            except OSError:  # gone since it was listed
                continue
            files.append((file, status.st_size, status.st_mtime_ns))
    return tuple(sorted(files))
