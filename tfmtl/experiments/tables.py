"""A protocol's table as Markdown and on the terminal."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from rich import console as rich_console
from rich import table as rich_table

from tfmtl.experiments import markdown
from tfmtl.experiments import statistics
from tfmtl.experiments.cell_tables import CellTables
from tfmtl.experiments.summary import Summary
from tfmtl.experiments.verdict import verdict

_HEADER = """# {title}

`{command}`, {date}; {versions}; {hardware}.

Data: {description}. {parts}

On these data only the relation between the models means something: the
absolute numbers of the papers need the papers' data.

{training}
"""

_TRAINING = """\
Networks: LazyAdam with learning rate {rates}, batches of {batch_size:,}, at
most {epochs} epochs, patience {patience}. The epoch{choice} chosen on dev by
{chosen_by}; test is used once, by the model that was chosen."""

_NOTE = """\
Exact metrics on test, mean ± standard deviation over {seeds} seeds (n - 1).
Stars where a model is better, daggers where it is worse: p < 0.05 (* or †) and
p < 0.005 (** or ††) of a two-sided {test} against the best baseline of the
column."""

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
    if "groups" in description["data"]:
        found = CellTables(description, summary, test)
        for about, rows in (*found.overall(), *found.details()):
            parts += [f"\n{about}\n", _markdown(rows)]
    else:
        parts.append(_markdown(values(summary, test)))
        parts += [_GAINS, _markdown(gains(summary, test))]
        parts.append(f"\n{verdict(summary)}")
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
    caption = f"{title}\n{description['data']['description']}"
    blocks = [
        (caption, values(summary, test)),
        (
            f"Against the best baseline, {_test_name(test)}",
            gains(summary, test),
        ),
    ]
    if "groups" in description["data"]:
        (about, first), *more = CellTables(description, summary, test).overall()
        blocks = [(f"{caption}\n{about}", first), *more]
    for caption, (header, *rows) in blocks:
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
    training = data.get("training", _TRAINING).format(
        **settings,
        rates=" / ".join(map(str, rates)),
        choice=" and the point of the grid are" if searched else " is",
        chosen_by=data.get("chosen_by", "the sum of the tasks' AUCs"),
    )
    return _HEADER.format(
        **description["environment"],
        title=config["title"],
        description=data["description"],
        parts=_parts(data),
        training=training,
    )


def _parts(data: Mapping[str, Any]) -> str:
    """Says how many rows and positives the parts have."""
    parts = []
    for part, rows in data["rows"].items():
        positives = data["positives"][part]
        counts = " / ".join(f"{positives[task]:,}" for task in data["tasks"])
        parts.append(f"{part} {rows:,} rows ({counts})")
    what = "the sums of" if "groups" in data else "those with label"
    return (
        f"{'; '.join(parts)}: in brackets {what} "
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
