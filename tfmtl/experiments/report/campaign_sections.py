"""The parts of a report on campaigns, each with its figures."""

from collections.abc import Sequence

from tfmtl.experiments import figures
from tfmtl.experiments.figures import grouping
from tfmtl.experiments.report import page

Records = Sequence[grouping.Record]


def campaign_sections(records: Records) -> list[page.Section]:
    """Returns the sections that the records hold something for."""
    made = {
        "convergence": _convergence,
        "representations": _representations,
        "critics": _critics,
    }
    return [
        make(grouping.with_picture(records, picture))
        for picture, make in made.items()
        if grouping.with_picture(records, picture)
    ]


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
