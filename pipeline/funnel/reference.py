"""`python -m pipeline.funnel.reference`: the model beside boosted trees.

LightGBM learns each task alone from the same columns and rows as the
pipeline: fitted on train, stopped early on dev, judged on eval.
"""

import argparse
import os
import sys
from pathlib import Path

import pandas as pd
from rich import console as rich_console
from rich import table as rich_table

from pipeline.components import run_summary
from pipeline.components.evaluation_report import CANDIDATE
from pipeline.components.metrics_table import overall
from pipeline.funnel import columns
from pipeline.funnel.config import FunnelConfig
from tfmtl import metrics
from tfmtl.experiments import boosted_trees

_CATEGORIES = (
    *columns.CLOSED_TEXTS,
    *columns.OPEN_TEXTS,
    *columns.OPEN_IDS,
)


def lightgbm_aucs(data_dir: str) -> dict[str, float]:
    """Returns the exact AUC on eval of one LightGBM model per task.

    Args:
        data_dir: Folder with a folder of Parquet files per split.
    """
    frames = {
        split: pd.read_parquet(Path(data_dir, split))
        for split in ("train", "dev", "eval")
    }
    inputs = _inputs(frames)
    aucs = {}
    for task in columns.TASKS:
        labels = {split: frame[task.name] for split, frame in frames.items()}
        model = boosted_trees.fit_trees(
            inputs["train"],
            labels["train"],
            inputs["dev"],
            labels["dev"],
            threads=len(os.sched_getaffinity(0)),
        )
        metric = metrics.AUC()
        metric.update_state(
            labels["eval"], boosted_trees.probability(model, inputs["eval"])
        )
        aucs[task.name] = metric.result()
    return aucs


def _inputs(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Returns the features; categories are those of the training split."""
    names = [column.name for column in columns.COLUMNS]
    inputs = {split: frame[names].copy() for split, frame in frames.items()}
    for name in _CATEGORIES:
        kind = inputs["train"][name].astype("category").dtype
        for frame in inputs.values():
            frame[name] = frame[name].astype(kind)
    return inputs


def main() -> None:
    """Runs the command; `FUNNEL_HOME` names the folder of the job."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    try:
        config = FunnelConfig.from_environment()
        evaluation = run_summary.latest_evaluation(config.pipeline_root)
    except (ValueError, FileNotFoundError) as error:
        sys.exit(str(error))
    ours = overall(evaluation["metrics"], CANDIDATE)
    trees = lightgbm_aucs(config.data_dir)
    table = rich_table.Table(
        title=f"Test AUC on {evaluation['rows']:,} rows after the time split"
    )
    for heading in ("task", config.model, "LightGBM", "difference"):
        table.add_column(heading, justify="right")
    for task, auc in trees.items():
        own = ours[task]["auc"]
        table.add_row(task, f"{own:.4f}", f"{auc:.4f}", f"{own - auc:+.4f}")
    report = os.path.join(config.home, "report.txt")
    with open(report, "w", encoding="utf-8") as file:
        for output in (None, file):
            rich_console.Console(file=output, width=78).print(table)
    print(f"Written to {report}")


if __name__ == "__main__":
    main()
