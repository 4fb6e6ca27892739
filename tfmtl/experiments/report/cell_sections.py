"""The part of a report on data with groups."""

from collections.abc import Sequence

from tfmtl.experiments import figures
from tfmtl.experiments.figures import grouping
from tfmtl.experiments.report import page


def cell_sections(
    records: Sequence[grouping.Record],
    models: Sequence[str],
    metrics: Sequence[str],
) -> list[page.Section]:
    """Returns the section of cells, a figure for each metric.

    Args:
        records: Sequence[grouping.Record] of runs.
        models: Names of the models whose cells are shown.
        metrics: Names of the metrics of cells.

    Returns:
        Nothing if there are no such models.
    """
    if not models:
        return []
    about = f"{' and '.join(models)}, each task in each group"
    body = [
        page.paragraph(
            f"{about}, on the test part: means over the seeds, whiskers of "
            "one standard deviation to either side. Less is better."
        )
    ]
    for metric in metrics:
        drawn = figures.cell_scores(records, models, metric)
        body += [
            page.heading(metric),
            page.picture(drawn, f"{metric}: {about}"),
        ]
    return [page.Section("cells", "Tasks and groups", "\n".join(body))]
