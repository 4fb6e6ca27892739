"""What the columns of a log are called."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class EventColumns:
    """Names of the columns of a log, or of the fields of its lines.

    Args:
        event_id: Id of the event, by which one that is logged twice is told;
            an exposure and a conversion may have the same. None if there is
            none: two events are one then if all else is equal.
        kind: What has happened.
        campaign: Id of the campaign.
        user: Id of the user.
        time: When it happened: text of ISO 8601, a timestamp, or whole
            seconds since 1970. Without a time zone it is UTC.

    Example:

    >>> tfmtl.audience.EventColumns(user="uid", event_id=None).names()
    ['kind', 'campaign_id', 'uid', 'time']
    """

    event_id: str | None = "event_id"
    kind: str = "kind"
    campaign: str = "campaign_id"
    user: str = "user_id"
    time: str = "time"

    def names(self) -> list[str]:
        """Returns the names of all columns to be read."""
        names = [self.kind, self.campaign, self.user, self.time]
        return names if self.event_id is None else [self.event_id, *names]
