import sys

import pytest

from benchmarks.server_process import ServerProcess


def test_does_not_wait_for_a_server_that_has_ended():
    server = ServerProcess(lambda _: [sys.executable, "-c", "exit(3)"], "m")
    with pytest.raises(ChildProcessError, match="should serve.*exit code 3"):
        server.__enter__()


def test_ends_a_server_that_does_not_load_the_model():
    server = ServerProcess(lambda _: ["sleep", "60"], "m", seconds=0.1)
    with pytest.raises(TimeoutError, match="sleep should have loaded"):
        server.__enter__()
    assert server._process.returncode is not None
