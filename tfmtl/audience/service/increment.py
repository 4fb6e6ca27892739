"""What came of going on with a campaign's model on its feedback."""

import dataclasses

from tfmtl.audience.service.version_report import VersionReport
from tfmtl.estimate import Estimate


@dataclasses.dataclass(frozen=True)
class Increment:
    """An update of a campaign's model that was accepted, or was not.

    Args:
        new_rows: Users with feedback that the version before has not seen.
        before: AUC of held-out seeds by the version before; None if there
            was nothing to learn.
        after: The same by the update.
        report: The report of the new version; None if there is none.
        reason: Why there is none; empty otherwise.

    Example:

        increment = service.increment("spring")
        if not increment.accepted:
            print(increment.reason)
    """

    new_rows: int
    before: Estimate | None = None
    after: Estimate | None = None
    report: VersionReport | None = None
    reason: str = ""

    @property
    def accepted(self) -> bool:
        """Whether there is a new version."""
        return self.report is not None

    @property
    def is_refused(self) -> bool:
        """Whether there was an update that was not good enough."""
        return self.after is not None and not self.accepted

    def __str__(self) -> str:
        if not self.accepted:
            return self.reason
        return (
            f"learned from feedback of {self.new_rows} more users; AUC of "
            f"held-out seeds {self.after}, before {self.before}"
        )
