from rich import console

from pipeline.components.slices_table import slices_table

FACTS = {"task": "responds", "rows": 2000, "positives": 300.0, "campaigns": 4}


def shown(metrics):
    terminal = console.Console(width=80)
    with terminal.capture() as capture:
        terminal.print(slices_table({"splits": ["eval"], "metrics": metrics}))
    return [
        [cell.strip() for cell in line.strip("│┃").replace("┃", "│").split("│")]
        for line in capture.get().splitlines()
    ]


def test_a_slice_is_a_column_and_a_metric_a_row():
    lines = shown(
        [
            {**FACTS, "model": "candidate", "slice": "", "auc": 0.7},
            {**FACTS, "model": "candidate", "slice": "seeds=few", "auc": None},
        ]
    )
    assert ["", "all", "seeds: few"] in lines
    assert ["rows", "2,000", "2,000"] in lines
    assert ["auc", "0.7000", "-"] in lines


def test_the_last_model_stands_beside():
    lines = shown(
        [
            {**FACTS, "model": "candidate", "slice": "", "auc": 0.7},
            {**FACTS, "model": "baseline", "slice": "", "auc": 0.72},
        ]
    )
    assert ["auc", "0.7000 (-0.0200)"] in lines
