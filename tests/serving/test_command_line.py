import pathlib
import signal
import subprocess
import sys
import threading

import pytest

import serving
from serving import command_line

ROOT = pathlib.Path(__file__).parents[2]


def start(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "serving.local_server", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_process_serves_until_it_is_told_to_stop(push, columns, number):
    push(7)
    process = start(
        f"--model-base-path={push.base}", "--model-name=m", "--port=0"
    )
    line = process.stdout.readline().strip()
    words, target = line.rsplit(" ", 1)
    assert words == "serving m version 7 on"
    with serving.PredictionClient(target, "m", timeout=10) as client:
        assert client.predict(columns)["score"][0] == 11.5
    process.send_signal(number)
    output, log = process.communicate(timeout=60)
    assert process.returncode == 0
    assert output == ""
    assert "Traceback" not in log
    assert len(log.splitlines()) <= 3  # TensorFlow keeps its own to itself


@pytest.mark.slow
def test_a_process_stops_though_nothing_was_ever_served(push):
    process = start(
        f"--model-base-path={push.base}", "--model-name=m", "--port=0"
    )
    threading.Event().wait(12)
    process.terminate()
    output, _ = process.communicate(timeout=60)
    assert (process.returncode, output) == (0, "")


def test_says_in_one_line_what_is_wrong(tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        command_line.main(
            serving.LocalServer,
            ["--model-name=m", f"--model-base-path={tmp_path / 'absent'}"],
        )
    assert stop.value.code == 2
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert "error: `base_path` should be an existing directory" in last


def test_hands_every_option_on(monkeypatch):
    class Server:
        def __init__(self, *arguments, **options):
            self.arguments, self.options = arguments, options
            raise ValueError(f"{arguments} {options}")

    with pytest.raises(SystemExit):
        command_line.main(
            Server, ["--model-name=m", "--model-base-path=b", "--max-rows=5"]
        )
