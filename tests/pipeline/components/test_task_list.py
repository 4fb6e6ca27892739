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


def test_says_which_class_keras_does_not_know():
    class OwnTask(BinaryTask):
        """Registered nowhere."""

    text = dump_tasks([OwnTask("click")])
    with pytest.raises(TypeError, match="class 'OwnTask'.*decorated"):
        load_tasks(text)


def test_refuses_tasks_that_do_not_fit_together():
    with pytest.raises(ValueError, match="view"):
        dump_tasks([BinaryTask("click", parent="view")])
