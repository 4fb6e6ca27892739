"""What is known of one version of a campaign's model."""

import dataclasses
import json
from typing import Any

from tfmtl.audience.fit_report import FitReport
from tfmtl.estimate import Estimate

TARGET_SECONDS = 300.0


@dataclasses.dataclass(frozen=True)
class VersionReport:
    """How a version of a campaign's model came to be, and how good it is.

    Args:
        kind: "customised", or "incremented" with feedback.
        fit: What it learned from, and how good it got.
        general_version: Version of the general model that it descends from.
        seconds: Wall seconds from the call until it was written.
        feedback_rows: Users of whom feedback was learned from.
        auc_before: AUC of the held-out seeds by the version that an increment
            went on from.

    Example:

        report = service.customise("spring")
        print(f"{report.fit.lift} times as many as at random")
    """

    kind: str
    fit: FitReport
    general_version: str
    seconds: float
    feedback_rows: int = 0
    auc_before: Estimate | None = None

    @property
    def share_of_target(self) -> float:
        """The seconds over those that the published system takes: 300."""
        return self.seconds / TARGET_SECONDS

    def metrics(self) -> dict[str, float]:
        """Returns the numbers by name, for the store."""
        fit = self.fit
        numbers = {
            "seconds": round(self.seconds, 3),
            "num_seeds": fit.num_seeds,
            "num_negatives": fit.num_negatives,
            "num_held_out": fit.num_held_out,
            "feedback_rows": self.feedback_rows,
            "loss": fit.losses[-1],
        }
        for name in ("auc", "lift"):
            estimate = getattr(fit, name)
            if estimate is not None:
                numbers[name] = estimate.value
                numbers[f"{name}_low"] = estimate.low
                numbers[f"{name}_high"] = estimate.high
        return numbers

    def to_json(self) -> str:
        """Returns the report as text."""
        return json.dumps(dataclasses.asdict(self), indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "VersionReport":
        """Returns the report that was written as text.

        Args:
            text: What `to_json` has returned.
        """
        content = json.loads(text)
        fit: dict[str, Any] = content.pop("fit")
        for name in ("auc", "lift"):
            if fit[name] is not None:
                fit[name] = Estimate(**fit[name])
        for name in ("losses", "warnings"):
            fit[name] = tuple(fit[name])
        if content["auc_before"] is not None:
            content["auc_before"] = Estimate(**content["auc_before"])
        return cls(fit=FitReport(**fit), **content)
