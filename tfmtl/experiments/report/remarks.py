"""Sentences about runs: what is missing, what is not used, what is broken."""

import math
from collections.abc import Sequence

from tfmtl.experiments import figures
from tfmtl.experiments.figures import grouping


def missing_runs(
    records: Sequence[grouping.Record],
    models: Sequence[str],
    seeds: Sequence[int],
) -> list[str]:
    """Returns a sentence for each model that lacks runs.

    Args:
        records: Records of the runs there are.
        models: Names of the models of the protocol.
        seeds: Seeds of the protocol.

    Example:

    >>> missing_runs([{"model": "PIMM", "seed": 0}], ["PIMM"], [0, 1, 2])
    ['PIMM: seeds 1, 2']
    """
    done = {(record["model"], record["seed"]) for record in records}
    sentences = []
    for model in models:
        lacking = [str(s) for s in seeds if (model, s) not in done]
        if lacking:
            noun = "seed" if len(lacking) == 1 else "seeds"
            sentences.append(f"{model}: {noun} {', '.join(lacking)}")
    return sentences


def broken_metrics(
    records: Sequence[grouping.Record], metrics: Sequence[str]
) -> list[str]:
    """Returns a sentence for each model and metric without a finite value.

    Example:

    >>> run = {"model": "PIMM", "seed": 3, "metrics": {"test": {}}}
    >>> broken_metrics([run], ["buy_auc"])
    ['buy_auc of PIMM is not a number for seed 3']
    """
    sentences = []
    for model, own in grouping.by_model(records).items():
        for metric in metrics:
            bad = [
                str(run["seed"])
                for run in own
                if not math.isfinite(grouping.test_metric(run, metric))
            ]
            if bad:
                noun = "seed" if len(bad) == 1 else "seeds"
                sentences.append(
                    f"{metric} of {model} is not a number for {noun} "
                    + ", ".join(bad)
                )
    return sentences


def unused(records: Sequence[grouping.Record], below: float) -> list[str]:
    """Returns a sentence for each expert that no task of a run uses.

    Args:
        records: Records of runs.
        below: What counts as unused; see `figures.unused_experts`.

    Example:

    >>> run = {"model": "MMoE", "seed": 0,
    ...        "pictures": {"gates": {"click": [0.995, 0.005]}}}
    >>> unused([run], below=0.1)
    ['MMoE, seed 0: nobody uses expert 2 (mean weight at most 0.005)']
    """
    return [
        f"{one.model}, seed {one.seed}: nobody uses expert {one.expert} "
        f"(mean weight at most {one.weight:.3f})"
        for one in figures.unused_experts(records, below)
    ]
