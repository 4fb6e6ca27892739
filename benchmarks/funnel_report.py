"""The tables of the planted-funnel experiment."""

import statistics
from collections.abc import Sequence

from benchmarks import report
from benchmarks.funnel_contenders import BASELINE
from benchmarks.funnel_contenders import LAYER_SHARED
from benchmarks.funnel_contenders import MAKERS
from benchmarks.funnel_contenders import TOWER_UNITS
from benchmarks.funnel_runs import Run
from benchmarks.funnel_runs import Settings

MUST_WIN = ("AITM", "PIMM")

_INTRODUCTION = """# Planted funnel: does a sparse last step learn from others?

`{command}`, {date}; {versions}; {hardware}; one thread.

Synthetic rows of `tfmtl.datasets.synthetic.conversion_path`, whose true
probabilities are known. The steps share most of what makes users go on, and
the last step has few positives. On such data only the relation between the
models means something; the papers' numbers need the papers' data.

All models: {settings}; towers {towers}, embeddings of width 8, no dropout,
everything else by default. The epoch is chosen on the dev part by the sum of
the tasks' AUCs, and not before PIMM's curriculum is at its floor; the test
part is used once. Each seed has data, initial weights and order of its own.
Training rows with a positive label, mean over seeds: {positives}.

The settings were chosen on seeds 101 to 103 so that every model learns the
first step (with more ids some stopped on a plateau of it, SharedBottom most
often; a run with more ids was broken off within seed 0 for that reason), and
are the same for all models; none was tuned for one model.

Exact test AUC, mean ± standard deviation over {seeds} seeds (n - 1). PIMM has
the curriculum 0.5, 0.25, 0.25, ...; p = 0 never tells a label, p = 1 always.
"""

_DIFFERENCES = """
Last step against SharedBottom, whose tasks share the embedding only, and
against the one whose tasks also share the first layer. The differences are
paired: of two models on the same seed, mean ± standard error, which is the
standard deviation over the seeds (n - 1) divided by the square root of their
number.
"""


def text(
    environment: dict[str, str],
    runs: Sequence[Run],
    settings: Settings,
    bounds: dict[str, bool],
) -> str:
    """Returns the report as Markdown."""
    per_seed = {run.seed: run for run in runs}.values()
    positives = " / ".join(
        f"{statistics.fmean(run.positives[task] for run in per_seed):,.0f}"
        for task in runs[0].positives
    )
    settings_text = ", ".join(
        f"{name.replace('_', ' ')} {_plain(value)}"
        for name, value in vars(settings).items()
    )
    introduction = _INTRODUCTION.format(
        **environment,
        settings=settings_text,
        towers=_plain(TOWER_UNITS),
        positives=positives,
        seeds=len(per_seed),
    )
    parts = [
        introduction,
        _auc_table(runs),
        _DIFFERENCES,
        _difference_table(runs),
        "",
        report.verdicts(bounds),
    ]
    return "\n".join(parts)


def bounds(runs: Sequence[Run]) -> dict[str, bool]:
    """Returns what the experiment must show, and whether it does."""
    results = {}
    for model in MUST_WIN:
        mean, error = _mean_and_error(last_step_differences(runs, model))
        bound = f"{model} beats {BASELINE} on the last step by more than 1 SE"
        results[bound] = mean > error
    return results


def last_step_differences(
    runs: Sequence[Run], model: str, baseline: str = BASELINE
) -> list[float]:
    """Returns the last task's AUC over the baseline's, seed by seed."""
    task = list(runs[0].auc)[-1]
    aucs = {(run.model, run.seed): run.auc[task] for run in runs}
    seeds = sorted({run.seed for run in runs})
    return [aucs[model, seed] - aucs[baseline, seed] for seed in seeds]


def _mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    error = statistics.stdev(values) / len(values) ** 0.5
    return statistics.fmean(values), error


def _auc_table(runs: Sequence[Run]) -> str:
    tasks = list(runs[0].auc)
    rows = []
    for model in MAKERS:
        own = [run for run in runs if run.model == model]
        epochs = statistics.fmean(run.epochs for run in own)
        rows.append(
            [model]
            + [_spread([run.auc[task] for run in own]) for task in tasks]
            + [f"{epochs:.1f}"]
        )
    known = [run.bayes_auc for run in runs if run.model == BASELINE]
    best = [_spread([bayes[task] for bayes in known]) for task in tasks]
    rows.append(["the true probabilities", *best, ""])
    return report.table(["model", *tasks, "epochs"], rows)


def _difference_table(runs: Sequence[Run]) -> str:
    rows = []
    for model in MAKERS:
        cells = [model]
        for baseline in (BASELINE, LAYER_SHARED):
            differences = last_step_differences(runs, model, baseline)
            mean, error = _mean_and_error(differences)
            better = sum(difference > 0 for difference in differences)
            same = model == baseline
            cells += ["" if same else f"{mean:+.4f} ± {error:.4f}"]
            cells += ["" if same else f"{better} of {len(differences)}"]
        rows.append(cells)
    header = ["against", BASELINE, "better", "one layer shared", "better"]
    return report.table(header, rows)


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.fmean(values):.4f} ± {statistics.stdev(values):.4f}"


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return " / ".join(_plain(each) for each in value)
    return f"{value:,}" if isinstance(value, int) else str(value)
