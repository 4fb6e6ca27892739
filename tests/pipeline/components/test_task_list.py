import sys
import types

import pytest

from pipeline.components.task_list import dump_tasks
from pipeline.components.task_list import load_tasks
from tfmtl.tasks import BinaryTask
from tfmtl.tasks import CountTask
from tfmtl.tasks import RegressionTask


def test_tasks_come_back_from_text():
    tasks = (
        BinaryTask("click", weight=2.0),
        BinaryTask("buy", parent="click", sample_space="click"),
        CountTask("items", sample_space="buy"),
        RegressionTask("margin"),
    )
    assert load_tasks(dump_tasks(tasks)) == tasks


def test_a_task_of_ones_own_comes_back_from_its_module(monkeypatch):
    class OwnTask(BinaryTask):
        """Registered nowhere."""

    module = types.ModuleType("own_tasks")
    module.OwnTask = OwnTask
    OwnTask.__module__, OwnTask.__qualname__ = "own_tasks", "OwnTask"
    monkeypatch.setitem(sys.modules, "own_tasks", module)
    [task] = load_tasks(dump_tasks([OwnTask("click")]))
    assert type(task) is OwnTask


def test_refuses_tasks_that_do_not_fit_together():
    with pytest.raises(ValueError, match="view"):
        dump_tasks([BinaryTask("click", parent="view")])
