"""The parts of a report, each with its figures and what they show."""

from collections.abc import Sequence

from tfmtl.experiments import figures
from tfmtl.experiments.figures import grouping
from tfmtl.experiments.report import page
from tfmtl.experiments.report import remarks

_UNUSED_BELOW = 0.1

Records = Sequence[grouping.Record]


def learning_curves(records: Records, metrics: Sequence[str]) -> page.Section:
    """Returns the section of learning curves, a figure for each metric."""
    body = [
        page.paragraph(
            "The metric on the dev part after each epoch: the line is the mean "
            "over the seeds, the band one standard deviation to either side. "
            "From where a seed has stopped early, the mean of the others is "
            "dotted. Models that learn without epochs have no curve."
        )
    ]
    for metric in metrics:
        name = f"val_{metric}"
        if any((run.get("history") or {}).get(name) for run in records):
            about = f"{metric} on the dev part by epoch"
            drawn = figures.learning_curves(records, name, metric)
            body += [page.heading(metric), page.picture(drawn, about)]
    if len(body) == 1:
        body.append(page.paragraph("No run recorded such a history."))
    return page.Section("curves", "Learning curves", "\n".join(body))


def calibration(records: Records) -> page.Section:
    """Returns the section of calibration plots, a figure for each task."""
    runs = grouping.with_picture(records, "calibration")
    tasks = dict.fromkeys(
        task
        for run in runs
        for task, bins in run["pictures"]["calibration"].items()
        if bins.get("count")
    )
    body = [
        page.paragraph(
            "Rows of the test part are sorted by prediction and cut into bins "
            "of equally many. A point is a bin, averaged over the seeds, and "
            "its area shows how many rows it holds. On the dashed line "
            "predicted and observed rate agree; above it the model promises "
            "too little, below it too much. The bar is one standard error of "
            "the observed rate. Axes of rates follow the square root."
        )
    ]
    for task in tasks:
        about = f"Observed rate of {task} by mean prediction, for each model"
        drawn = figures.calibration(runs, task)
        body += [page.heading(task), page.picture(drawn, about)]
    if not tasks:
        body.append(page.paragraph("No run recorded its calibration."))
    return page.Section("calibration", "Calibration", "\n".join(body))


def gates(records: Records) -> page.Section:
    """Returns the section of gates and experts, a figure for each model."""
    runs = grouping.with_picture(records, "gates")
    body = [
        page.paragraph(
            "How much of each expert the gate of each task takes, the mean "
            "over a fixed sample of rows; a gate's weights add up to 1. "
            "Experts have no order, so that the seeds stand apart. A cell is "
            "empty where a task has no access to an expert. The last row is "
            "the mean over the tasks: how much the expert is used at all."
        )
    ]
    for model, own in grouping.by_model(runs).items():
        drawn = figures.gate_weights(own)
        about = f"Mean gate weights of {model}, experts by tasks"
        body += [page.heading(model), page.picture(drawn, about)]
        unused = remarks.unused(own, _UNUSED_BELOW)
        limit = f"less than {_UNUSED_BELOW:.0%} of an equal share"
        if unused:
            sentence = f"Unused, that is with {limit} at every task:"
            body += [page.paragraph(sentence), page.items(unused)]
        else:
            body.append(page.paragraph(f"No expert gets {limit}."))
    if not runs:
        body.append(page.paragraph("No model of this protocol has gates."))
    return page.Section("gates", "Gates and experts", "\n".join(body))


def attention(records: Records) -> page.Section:
    """Returns the section of attention maps, a figure for each model."""
    runs = grouping.with_picture(records, "attention")
    body = [
        page.paragraph(
            "Mean attention weights over a fixed sample of rows and over the "
            "seeds; each row adds up to 1. Where a task weighs states, the "
            "first is its own, then come those of the task before it and of "
            "the one after it, as far as the model looks at them. In other "
            "maps the numbers count tasks and fields in the model's order."
        )
    ]
    for model, own in grouping.by_model(runs).items():
        drawn = figures.attention_maps(own)
        about = f"Mean attention weights of {model}"
        body += [page.heading(model), page.picture(drawn, about)]
    if not runs:
        body.append(page.paragraph("No model of this protocol has attention."))
    return page.Section("attention", "Attention", "\n".join(body))


def curriculum(records: Records) -> page.Section:
    """Returns the section of the curriculum."""
    runs = grouping.with_picture(records, "curriculum")
    body = [
        page.paragraph(
            "In training a task is told the true outcome of the task before "
            "it with chance p, and the model's own prediction otherwise. Bars "
            "are the schedule of p, dots the share of labels that was told, "
            "one for each seed, counted on all batches of the epoch."
        )
    ]
    if runs:
        about = "Chance p and share of labels told, by epoch, for each model"
        body.append(page.picture(figures.curriculum(runs), about))
    else:
        body.append(
            page.paragraph("No model of this protocol has a curriculum.")
        )
    return page.Section("curriculum", "Curriculum", "\n".join(body))


def comparison(
    records: Records, metrics: Sequence[str], reference: str | None
) -> page.Section:
    """Returns the section of bars against a reference, and of single runs."""
    body = []
    names = grouping.by_model(records)
    if reference in names and len(names) > 1 and metrics:
        body += [
            page.paragraph(
                f"Mean difference to {reference} on the test part, seeds "
                "paired: blue is more, orange less. The whisker is one "
                "standard deviation of the paired differences to either side; "
                "where zero lies well within it, the seeds do not agree."
            ),
            page.picture(
                figures.differences(records, metrics, str(reference)),
                f"Differences to {reference} by model and metric",
            ),
        ]
    if metrics:
        body += [
            page.paragraph(
                "Every run on the test part: a dot is a seed, the upright "
                "line the mean. Mind the scales, they do not start at zero."
            ),
            page.picture(
                figures.seeds(records, metrics),
                "Every run's metrics by model",
            ),
        ]
    broken = remarks.broken_metrics(records, metrics)
    if broken:
        body += [page.paragraph("Left out of the figures:"), page.items(broken)]
    return page.Section("models", "Models compared", "\n".join(body))
