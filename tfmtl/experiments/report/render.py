"""A protocol's results as one page."""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence

from tfmtl.experiments.figures import grouping
from tfmtl.experiments.report import page
from tfmtl.experiments.report import remarks
from tfmtl.experiments.report import sections
from tfmtl.experiments.report.campaign_sections import campaign_sections
from tfmtl.experiments.report.cell_sections import cell_sections
from tfmtl.experiments.report.setting_sections import setting_sections

CAVEAT = (
    "These figures hold for the data named here. The absolute numbers that "
    "the papers print need the papers' own data."
)


@dataclasses.dataclass(frozen=True)
class Results:
    """What a report tells of.

    Args:
        title: Name of the protocol.
        facts: What stands in the header: data, command, versions, date,
            hardware, by name.
        table: Rows of the table as texts, the head first.
        note: How the table is to be read.
        records: Records of the runs there are.
        models: Names of the models of the protocol, in order.
        seeds: Seeds of the protocol.
        metrics: Names of the metrics of the table.
        reference: Model that the others are held against; None for no bars.
        gains: Rows of a second table, what models have over the best
            baseline, the head first; may be empty.
        more: Further tables, what each tells and its rows.
        curves: Names of logs of dev to draw by epoch; the metrics' by
            default.
        cell_models: Models whose tasks are shown in each group, if the data
            have groups.
        cell_metrics: Names of the metrics of these cells.
    """

    title: str
    facts: Mapping[str, str]
    table: Sequence[Sequence[str]]
    note: str
    records: Sequence[grouping.Record]
    models: Sequence[str]
    seeds: Sequence[int]
    metrics: Sequence[str]
    reference: str | None = None
    gains: Sequence[Sequence[str]] = ()
    more: Sequence[tuple[str, Sequence[Sequence[str]]]] = ()
    curves: Sequence[str] | None = None
    cell_models: Sequence[str] = ()
    cell_metrics: Sequence[str] = ()


def render(results: Results) -> str:
    """Returns a report as one HTML file that needs nothing beside it.

    Figures are part of the file. Whatever comes from outside, a model's name
    say, is escaped. Runs that are missing are named, and so are experts that
    nobody uses and metrics that are not a number.

    Args:
        results: What to tell.

    Example:

    >>> run = {"model": "PIMM", "seed": 0, "seconds": 3.0,
    ...        "metrics": {"test": {"buy_auc": 0.75}}}
    >>> text = render(Results("ours", {"data": "made up"}, [["model"]], "",
    ...     [run], ["PIMM"], [0], ["buy_auc"]))
    >>> text.startswith("<!DOCTYPE html>")
    True
    """
    ranks = {name: rank for rank, name in enumerate(results.models)}
    records = sorted(
        results.records,
        key=lambda run: (ranks.get(run["model"], len(ranks)), run["seed"]),
    )
    parts = [_table(results, records)]
    if records:
        parts += [
            sections.comparison(records, results.metrics, results.reference),
            *cell_sections(records, results.cell_models, results.cell_metrics),
            *setting_sections(records, results.metrics),
            sections.learning_curves(
                records,
                results.metrics if results.curves is None else results.curves,
            ),
            sections.calibration(records),
            sections.gates(records),
            sections.attention(records),
            sections.curriculum(records),
            *campaign_sections(records),
            _runs(records, results.metrics),
        ]
    facts = "\n".join(
        f"<dt>{page.text(name)}</dt><dd>{page.text(fact)}</dd>"
        for name, fact in results.facts.items()
    )
    lead = f'<dl>\n{facts}\n</dl>\n<p class="note">{page.text(CAVEAT)}</p>'
    return page.page(results.title, lead, parts)


def _table(
    results: Results, records: Sequence[grouping.Record]
) -> page.Section:
    missing = remarks.missing_runs(records, results.models, results.seeds)
    body = [page.table(results.table), page.paragraph(results.note)]
    if results.gains:
        body += [
            page.paragraph(
                "Against the best baseline of each column: difference of the "
                "means, the same relative to the baseline (positive where "
                "better), and p."
            ),
            page.table(results.gains),
        ]
    for about, rows in results.more:
        body += [page.paragraph(about), page.table(rows)]
    if missing:
        sentence = "Runs that are missing, and in none of the figures:"
        body += [page.paragraph(sentence), page.items(missing)]
    else:
        body.append(
            page.paragraph(f"All {len(records)} runs of the protocol are here.")
        )
    return page.Section("table", "Results", "\n".join(body))


def _runs(
    records: Sequence[grouping.Record], metrics: Sequence[str]
) -> page.Section:
    head = ["model", "seed", "learning rate", "epochs", "seconds", *metrics]
    rows = [
        [
            run["model"],
            run["seed"],
            _number(run.get("learning_rate"), "g"),
            max(map(len, (run.get("history") or {}).values()), default="–"),
            _number(run.get("seconds"), ".1f"),
            *(
                _number(grouping.test_metric(run, metric), ".4f")
                for metric in metrics
            ),
        ]
        for run in records
    ]
    return page.Section("runs", "All runs", page.table([head, *rows]))


def _number(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)
