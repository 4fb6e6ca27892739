"""The parts of a report on campaigns, each with its figures."""

from collections.abc import Sequence

import numpy as np

from tfmtl.experiments import figures
from tfmtl.experiments import statistics
from tfmtl.experiments.figures import grouping
from tfmtl.experiments.report import page

Records = Sequence[grouping.Record]


def campaign_sections(records: Records) -> list[page.Section]:
    """Returns the sections that the records hold something for."""
    made = {
        "campaigns": _campaigns,
        "convergence": _convergence,
        "representations": _representations,
        "critics": _critics,
    }
    return [
        make(grouping.with_picture(records, picture))
        for picture, make in made.items()
        if grouping.with_picture(records, picture)
    ]


def _campaigns(runs: Records) -> page.Section:
    aucs = {
        model: _mean_aucs(own) for model, own in grouping.by_model(runs).items()
    }
    names = sorted(set.intersection(*map(set, aucs.values())))
    values = {m: [own[name] for name in names] for m, own in aucs.items()}
    best = max(values, key=lambda model: float(np.mean(values[model])))
    rows = [["model", "mean AUC", f"{best} less it", "ahead in", "p"]]
    for model, theirs in values.items():
        row = [model, f"{np.mean(theirs):.4f}", "", "", ""]
        if model != best:
            gaps = np.subtract(values[best], theirs)
            p = statistics.paired_p(values[best], theirs)
            ahead = f"{(gaps > 0).sum()} of {len(names)}"
            row[2:] = [f"{gaps.mean():+.4f}", ahead, f"{p:.4f}"]
        rows.append(row)
    body = [
        page.paragraph(
            "The model with the highest mean AUC of the test campaigns less "
            "each other, campaign by campaign, each the mean over the seeds: "
            "p is of a two-sided paired t-test over the campaigns. That the "
            "best was picked by the same numbers flatters it a little."
        ),
        page.table(rows),
    ]
    return page.Section("campaigns", "Over the campaigns", "\n".join(body))


def _mean_aucs(runs: Records) -> dict[str, float]:
    """Returns the AUC of each campaign, its mean over the seeds."""
    found: dict[str, list[float]] = {}
    for run in runs:
        for name, auc in grouping.pictures(run)["campaigns"].items():
            found.setdefault(name, []).append(auc)
    return {name: float(np.mean(aucs)) for name, aucs in found.items()}


def _convergence(runs: Records) -> page.Section:
    body = [
        page.paragraph(
            "Some test campaigns, evenly spaced, customised step by step: mean "
            "AUC of their candidates, and the loss over the rows of the epoch "
            "so far. Nothing is chosen by these curves. The line is the mean "
            "over the seeds. Methods that learn without steps have no curve."
        ),
        page.picture(
            figures.convergence(runs),
            "AUC and loss of test campaigns by step of customising, by model",
        ),
    ]
    return page.Section("convergence", "Customising", "\n".join(body))


def _representations(runs: Records) -> page.Section:
    body = [
        page.paragraph(
            "Each point is a campaign: the mean of what the critics would "
            "judge of its seeds, by the general model, laid out by t-SNE. Near "
            "points have seeds that the model sees alike; distances between "
            "groups of points, and the axes, mean nothing."
        )
    ]
    for model, own in grouping.by_model(runs).items():
        about = f"Campaigns by the mean representation of their seeds, {model}"
        drawn = figures.representations(own)
        body += [page.heading(model), page.picture(drawn, about)]
    title = "Seeds of the campaigns"
    return page.Section("representations", title, "\n".join(body))


def _critics(runs: Records) -> page.Section:
    body = [
        page.paragraph(
            "How much the general model's gate gives to each critic, the mean "
            "over users, for every test campaign; campaigns of one kind stand "
            "side by side, and not all of their names fit. A campaign's "
            "weights add up to 1."
        )
    ]
    for model, own in grouping.by_model(runs).items():
        about = f"Weights of the critics by campaign, {model}"
        drawn = figures.critic_weights(own)
        body += [page.heading(model), page.picture(drawn, about)]
    return page.Section("critics", "Critics", "\n".join(body))
