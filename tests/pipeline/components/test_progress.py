import os
import re

import pytest
from tfx.orchestration.portable import launcher

from pipeline.components.progress import RunProgress
from pipeline.components.progress import Step
from pipeline.components.redirect_output import redirect_output


@pytest.fixture
def log(tmp_path):
    return tmp_path / "logs" / "run.log"


def test_sends_the_output_of_any_library_to_the_file(log, capfd):
    with redirect_output(log) as terminal:
        os.write(1, b"noise\n")
        os.write(2, b"more noise\n")
        terminal.write("shown\n")
    os.write(1, b"shown after\n")
    assert capfd.readouterr() == ("shown\nshown after\n", "")
    assert log.read_text() == "noise\nmore noise\n"


def test_gives_the_output_back_after_an_error(log, capfd):
    with pytest.raises(OSError), redirect_output(log):
        raise OSError
    os.write(2, b"shown\n")
    assert capfd.readouterr() == ("", "shown\n")


def test_ends_with_one_message_and_the_traceback_in_the_log(log, capfd):
    with pytest.raises(SystemExit) as ended, RunProgress(log):
        raise ValueError("log.parquet: Mend row 3.")
    assert ended.value.code == 1
    shown = capfd.readouterr()
    assert shown.out == f"\nlog.parquet: Mend row 3.\nThe log: {log}\n"
    assert shown.err == ""


def test_says_that_an_interrupted_run_goes_on(log, capfd):
    with pytest.raises(SystemExit) as ended, RunProgress(log):
        raise KeyboardInterrupt
    assert ended.value.code == 130
    assert "Run again: what is finished is kept." in capfd.readouterr().out


def test_leaves_the_launcher_as_it_was(log):
    original = launcher.Launcher.launch
    with RunProgress(log):
        assert launcher.Launcher.launch is not original
    assert launcher.Launcher.launch is original


def test_writes_a_step_as_one_line():
    line = str(Step("Trainer", "run", 12.34, 20.0, 800_199))
    assert re.sub(" +", " ", line) == (
        "Trainer run 12.3 s CPU 20.0 s 800,199 rows"
    )
