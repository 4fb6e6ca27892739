import io

from rich import console as rich_console

from pipeline.advertiser import columns
from pipeline.advertiser.yardsticks import beaten_by
from pipeline.advertiser.yardsticks import yardsticks_table


def records(**errors):
    """Two scenarios; the errors are those of `baskets` in the second one."""
    return [
        {
            "model": model,
            "task": task,
            "slice": piece,
            "nmae": error if (task, piece) == ("baskets", "s=1") else 0.4,
            "smape": 0.6,
        }
        for model, error in errors.items()
        for task in columns.SPEC.tasks
        for piece in ("", "s=0", "s=1")
    ]


def printed(table):
    file = io.StringIO()
    rich_console.Console(file=file, width=120).print(table)
    return file.getvalue()


def test_cells_without_a_label_are_counted_and_left_out_of_the_mean():
    text = printed(yardsticks_table(records(candidate=None), "M2M"))
    [line] = [line for line in text.splitlines() if "baskets" in line]
    assert "0.4000 / 0.6000 (1)" in line
    assert "M2M" in text


def test_the_mean_over_scenarios_does_not_weigh_rows():
    text = printed(yardsticks_table(records(candidate=0.8), "M2M"))
    [line] = [line for line in text.splitlines() if "baskets" in line]
    assert "0.6000 / 0.6000" in line


def test_cells_where_a_naive_forecast_is_better_are_named():
    naive = {"last week": 0.3, "mean of four weeks": 0.9}
    lines = beaten_by(records(candidate=0.5, **naive))
    assert lines == ["baskets, s=1: 0.500, last week 0.300"]
    assert beaten_by(records(candidate=0.2, **naive)) == []
