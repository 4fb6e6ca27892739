"""Tells whether the code that a step calls has changed."""

import hashlib
import importlib
import inspect
from pathlib import Path


def source_digest(function: str) -> str:
    """Returns a digest of the code that a function may be made of.

    TFX's cache knows a function by its dotted name only: a run after a change
    of its code would go on with what the former code had made. Taken are the
    modules beside the function and those that all jobs share; which of them it
    calls is not looked up, for a step too many costs minutes only.

    Args:
        function: Dotted name of a function in a module.
    """
    module = importlib.import_module(function.rpartition(".")[0])
    folders = {Path(inspect.getfile(module)).parent, Path(__file__).parent}
    digest = hashlib.blake2b(digest_size=8)
    for folder in sorted(folders):
        for path in sorted(folder.glob("*.py")):
            content = hashlib.blake2b(path.read_bytes()).hexdigest()
            digest.update(f"{path.name}:{content}\n".encode())
    return digest.hexdigest()
