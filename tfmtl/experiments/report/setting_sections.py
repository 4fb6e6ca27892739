"""The part of a report on models that are named by their settings."""

from collections.abc import Sequence

from tfmtl.experiments import figures
from tfmtl.experiments.figures import grouping
from tfmtl.experiments.report import page


def setting_sections(
    records: Sequence[grouping.Record], metrics: Sequence[str]
) -> list[page.Section]:
    """Returns the section of settings, a figure for each metric.

    Args:
        records: Records of runs.
        metrics: Names of metrics of the test part.

    Returns:
        Nothing if not all models are named by their settings.
    """
    names = grouping.by_model(records)
    if len(names) < 2 or not all(map(figures.settings_of, names)):
        return []
    body = [
        page.paragraph(
            "A metric on the test part by each setting, the others as those "
            "of the first model, which the grey stripe marks: means over the "
            "seeds, whiskers of one standard deviation to either side."
        )
    ]
    for metric in metrics:
        drawn = figures.sensitivity(records, metric)
        about = f"{metric} by setting"
        body += [page.heading(metric), page.picture(drawn, about)]
    return [page.Section("settings", "Sensitivity", "\n".join(body))]
