"""The parts of a report on data with groups."""

from collections.abc import Sequence

from tfmtl.experiments import cells
from tfmtl.experiments import figures
from tfmtl.experiments.figures import grouping
from tfmtl.experiments.report import page

Records = Sequence[grouping.Record]


def cell_sections(
    records: Records, models: Sequence[str], metrics: Sequence[str]
) -> list[page.Section]:
    """Returns the sections of cells and of settings, as far as there are any.

    Args:
        records: Records of runs.
        models: Names of the models whose cells are shown; may be none.
        metrics: Names of the metrics of cells.
    """
    sections = []
    if models:
        sections.append(_cells(records, models, metrics))
    names = grouping.by_model(records)
    if len(names) > 1 and all(map(figures.settings_of, names)):
        sections.append(_settings(records, metrics))
    return sections


def _cells(
    records: Records, models: Sequence[str], metrics: Sequence[str]
) -> page.Section:
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
    return page.Section("cells", "Tasks and groups", "\n".join(body))


def _settings(records: Records, metrics: Sequence[str]) -> page.Section:
    body = [
        page.paragraph(
            "Means over all tasks and groups by each setting, the others as "
            "those of the first model, which the grey stripe marks; whiskers "
            "of one standard deviation over the seeds to either side."
        )
    ]
    for metric in metrics:
        column = cells.column(cells.ALL_TASKS, cells.ALL_GROUPS, metric)
        drawn = figures.sensitivity(records, column)
        body += [
            page.heading(metric),
            page.picture(drawn, f"{metric} by setting"),
        ]
    return page.Section("settings", "Sensitivity", "\n".join(body))
