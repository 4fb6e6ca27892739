"""A protocol's table as Markdown and on the terminal."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from rich import console as rich_console
from rich import table as rich_table

from tfmtl.experiments import markdown
from tfmtl.experiments import statistics
from tfmtl.experiments.summary import Summary

_HEADER = """# {title}

`{command}`, {date}; {versions}; {hardware}.

Data: {description}. {parts}

On these data only the relation between the models means something: the
absolute numbers of the papers need the papers' data.

Networks: {settings}. The epoch{choice} chosen on dev by the sum of the tasks'
AUCs; test is used once, by the model that was chosen.
"""

_NOTE = """\
Exact metrics on test, mean ± standard deviation over {seeds} seeds (n - 1).
Stars: p < 0.05 (*) and p < 0.005 (**) of a {test} against the best baseline
of the column, two-sided, better or worse."""

_GAINS = """
Against the best baseline of each column: difference of the means, the same
relative to the baseline (positive where better), and p.
"""


def to_markdown(
    description: Mapping[str, Any],
    summary: Summary,
    test: statistics.Test = statistics.paired_p,
) -> str:
    """Returns header and tables.

    Args:
        description: What stands in `protocol.json`.
        summary: The numbers.
        test: Returns the p of two lists of values.
    """
    parts = [_header(description), note(summary, test) + "\n"]
    if summary.missing:
        parts.append(
            f"**Not finished: {summary.missing} runs are missing or not "
            "counted; the table is of the seeds that all models have.**\n"
        )
    parts.append(_markdown(values(summary, test)))
    parts += [_GAINS, _markdown(gains(summary, test))]
    return "\n".join(parts) + "\n"


def show(
    console: rich_console.Console,
    description: Mapping[str, Any],
    summary: Summary,
    test: statistics.Test = statistics.paired_p,
) -> None:
    """Writes the tables to a terminal.

    Args:
        console: Where to write.
        description: What stands in `protocol.json`.
        summary: The numbers.
        test: Returns the p of two lists of values.
    """
    title = description["config"]["title"]
    captions = {
        f"{title}\n{description['data']['description']}": values,
        f"Against the best baseline, {_test_name(test)}": gains,
    }
    for caption, make in captions.items():
        header, *rows = make(summary, test)
        table = rich_table.Table(title=caption, title_justify="left")
        for number, heading in enumerate(header):
            table.add_column(heading, justify="right" if number else "left")
        for row in rows:
            table.add_row(*row)
        console.print(table)


def note(summary: Summary, test: statistics.Test = statistics.paired_p) -> str:
    """Returns how the cells are to be read.

    Args:
        summary: The numbers.
        test: Returns the p of two lists of values.
    """
    return _NOTE.format(seeds=len(summary.seeds), test=_test_name(test))


def values(
    summary: Summary, test: statistics.Test = statistics.paired_p
) -> list[list[str]]:
    """Returns mean, deviation and stars of every model, the head first.

    Args:
        summary: The numbers.
        test: Returns the p of two lists of values.
    """
    rows = [["model", *summary.columns]]
    for model in summary.models:
        cells = [model]
        for column in summary.columns:
            cell = _spread(summary.values[column][model])
            if model in summary.challengers:
                cell += _stars(summary.compare(model, column, test))
            cells.append(cell)
        rows.append(cells)
    if summary.best:
        known = summary.best
        rows.append(
            ["the true probabilities"]
            + [_spread(known[c]) if c in known else "" for c in summary.columns]
        )
    return rows


def gains(
    summary: Summary, test: statistics.Test = statistics.paired_p
) -> list[list[str]]:
    """Returns what the others have over the best baseline, the head first.

    Args:
        summary: The numbers.
        test: Returns the p of two lists of values.
    """
    rows = [["model", *summary.columns]]
    for model in summary.challengers:
        cells = [model]
        for column in summary.columns:
            found = summary.compare(model, column, test)
            cells.append(
                f"{found.difference:+.4f} ({found.improvement:+.2%}), "
                f"p = {found.p:.3f}{_stars(found)}"
            )
        rows.append(cells)
    best = [
        statistics.best_baseline(summary.values[c], summary.baselines, c)
        for c in summary.columns
    ]
    return [*rows, ["the best baseline", *best]]


def _header(description: Mapping[str, Any]) -> str:
    config, data = description["config"], description["data"]
    settings = config["settings"]
    rates = settings["learning_rates"]
    searched = len(rates) > 1 or any("grid" in m for m in config["models"])
    return _HEADER.format(
        **description["environment"],
        title=config["title"],
        description=data["description"],
        parts=_parts(data),
        settings=(
            f"LazyAdam with learning rate {' / '.join(map(str, rates))}, "
            f"batches of {settings['batch_size']:,}, at most "
            f"{settings['epochs']} epochs, patience {settings['patience']}"
        ),
        choice=" and the point of the grid are" if searched else " is",
    )


def _parts(data: Mapping[str, Any]) -> str:
    """Says how many rows and positives the parts have."""
    parts = []
    for part, rows in data["rows"].items():
        positives = data["positives"][part]
        counts = " / ".join(f"{positives[task]:,}" for task in data["tasks"])
        parts.append(f"{part} {rows:,} rows ({counts})")
    return (
        f"{'; '.join(parts)}: in brackets those with label "
        f"{' / '.join(data['tasks'])}, of the first seed."
    )


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    return markdown.table(rows[0], rows[1:])


def _spread(values: Sequence[float]) -> str:
    mean, deviation = statistics.mean_and_deviation(values)
    return f"{mean:.4f} ± {deviation:.4f}"


def _stars(comparison: statistics.Comparison) -> str:
    return f" {comparison.stars}" if comparison.stars else ""


def _test_name(test: statistics.Test) -> str:
    paired = test is statistics.paired_p
    return "paired t-test over the seeds" if paired else "Welch's t-test"
