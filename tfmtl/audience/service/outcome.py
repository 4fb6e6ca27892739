"""What became of a job of the queue."""

import dataclasses

from tfmtl.audience.service.version_report import TARGET_SECONDS


@dataclasses.dataclass(frozen=True)
class Outcome:
    """A job that was worked on, and how it ended.

    Args:
        campaign_id: The campaign; None if it was for all.
        kind: What was to be done.
        seconds: Wall seconds that it took.
        error: Why it failed; empty if it did not.
        note: What there is to say of it.
        will_retry: Whether it is in the queue again.

    Example:

        for outcome in service.run_queue("worker 1"):
            print(outcome)
    """

    campaign_id: str | None
    kind: str
    seconds: float
    error: str = ""
    note: str = ""
    will_retry: bool = False

    def __str__(self) -> str:
        name = f"{self.campaign_id}: {self.kind}"
        if self.error:
            again = ", is tried again" if self.will_retry else ""
            return f"{name} failed after {self.seconds:.1f} s{again}: " + (
                self.error
            )
        share = self.seconds / TARGET_SECONDS
        return (
            f"{name} done in {self.seconds:.1f} s, {share:.1%} of "
            f"{TARGET_SECONDS:.0f} s; {self.note}"
        )
