"""The results of the simulated experiments as a page of Markdown."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from tfmtl.experiments import markdown
from tfmtl.experiments.expansion_ab.arms import METRICS

_HEAD = """# Expansion A/B: MetaHeac against models of one campaign

`{command}`, {date}; {versions}; {hardware}.

A population made up, whose chances of a visit and of a response are known:
{users:,} users, {past_campaigns} past campaigns, {campaigns} campaigns in the
experiment (seed {seed}). Users are divided by hash. For every campaign each
arm's model chooses {size} users of its own arm, who are shown it for {days}
days, at most once a day. Intervals are of 95 %, over users, by the delta
method; "true lift" is what they are about: the lift were all users in either
arm. On made-up users only the sign and the order of the effects mean
something, not the size.

CVR has two definitions. The ratio of sums counts who is exposed often as
often; the mean of ratios counts every exposed user once.
"""
_AA = """
## Nothing differs: AA

Both arms have the {model} model.
"""
_REPEATED = """
One past of {model} alone, divided anew {repeats:,} times: how many divisions
show a difference (5 % should), and whether their p are uniform.
"""
_EXPERIMENT = """
## {treatment} against {control}

Sample ratio {ratio}: {counts}.
"""
_TRUTH = """
In truth the users that {treatment} chooses have {lift:+.1%} conversions against
those of {control}.
"""
_EQUAL = """
With impressions equalised, {impressions:,} of either arm: conversions
{before:,} and {after:,}, {lift}, p {p}.

Repeated {repeats} times with other arms and other luck, the interval of the
lift holds the true one so often:
"""


def to_markdown(
    result: Mapping[str, Any], environment: Mapping[str, str]
) -> str:
    """Returns the page.

    Args:
        result: What `simulate` returned.
        environment: Command, date, versions and hardware.
    """
    parts = [_HEAD.format(**environment, **result["simulation"])]
    model = result["experiments"][0]["control"]
    parts += [_AA.format(model=model), _effects(result["aa"]["report"], None)]
    repeated = result["aa"]["repeated"]
    parts.append(_REPEATED.format(model=model, **repeated[0]))
    parts.append(_repeated(repeated))
    for experiment in result["experiments"]:
        parts += _experiment(experiment, result["simulation"])
    return "\n".join(parts) + "\n"


def _experiment(
    experiment: Mapping[str, Any], simulation: Mapping[str, Any]
) -> list[str]:
    report, equal = experiment["report"], experiment["equal_impressions"]
    effect = equal["effect"]
    ratio = report["sample_ratio"]
    return [
        _EXPERIMENT.format(
            **{name: experiment[name] for name in ("treatment", "control")},
            ratio="holds" if ratio["holds"] else "BROKEN",
            counts=", ".join(f"{a} {n:,}" for a, n in ratio["counts"].items())
            + f" users, p = {ratio['p']:.3f}",
        ),
        _effects(report, experiment["truth"]),
        "\n" + "\n".join(f"- {each}" for each in report["conclusions"]),
        _TRUTH.format(
            lift=experiment["truth"]["conversions"]["lift"],
            **{name: experiment[name] for name in ("treatment", "control")},
        ),
        _EQUAL.format(
            impressions=equal["impressions"],
            before=equal["conversions"]["control"],
            after=equal["conversions"]["treatment"],
            lift=_interval(effect["lift"]),
            p=_p(effect["p"]),
            repeats=simulation["repeats"],
        ),
        _coverage(experiment["coverage"]),
        "\nThe same by a bootstrap over users, by campaign, and by day:\n",
        _lifts(experiment),
    ]


def _effects(report: Mapping[str, Any], truth: Mapping[str, Any] | None) -> str:
    header = ["", "control", "treatment", "lift", "p"]
    rows = []
    for name, effect in zip(METRICS, report["effects"], strict=True):
        row = [
            effect["metric"],
            f"{effect['control']:.4f}",
            f"{effect['treatment']:.4f}",
            _interval(effect["lift"]),
            _p(effect["p"]),
        ]
        rows.append(row + ([f"{truth[name]['lift']:+.1%}"] if truth else []))
    return markdown.table(header + (["true lift"] if truth else []), rows)


def _repeated(tests: Sequence[Mapping[str, Any]]) -> str:
    return markdown.table(
        ["", "with p < 0.05", "p of uniformity", "holds"],
        [
            [
                each["metric"],
                f"{each['share_shown']:.1%}",
                f"{each['uniformity']:.3f}",
                "yes" if each["holds"] else "NO",
            ]
            for each in tests
        ],
    )


def _coverage(shares: Mapping[str, float]) -> str:
    return markdown.table(
        ["", "holds the truth"],
        [
            [METRICS[name].label, f"{share:.1%}"]
            for name, share in shares.items()
        ],
    )


def _lifts(experiment: Mapping[str, Any]) -> str:
    """One row a campaign and a day, one column a metric."""
    rows = [["all, bootstrap", *_cells(experiment["bootstrap"])]]
    for number, each in enumerate(experiment["campaigns"], start=1):
        cells = _cells(each["report"]["effects"])
        rows.append([f"campaign {number}", *cells])
        true = [f"{each['truth'][name]['lift']:+.1%}" for name in METRICS]
        rows.append([f"campaign {number}, truth", *true])
    for number, effects in enumerate(experiment["days"], start=1):
        rows.append([f"day {number}", *_cells(effects)])
    return markdown.table(
        ["lift", *(metric.label for metric in METRICS.values())], rows
    )


def _cells(effects: Sequence[Mapping[str, Any]]) -> list[str]:
    return [_interval(effect["lift"]) for effect in effects]


def _interval(lift: Mapping[str, float | None]) -> str:
    value, low, high = (
        "unknown" if lift[name] is None else f"{lift[name]:+.1%}"
        for name in ("value", "low", "high")
    )
    return f"{value} [{low}, {high}]"


def _p(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"
