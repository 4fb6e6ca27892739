"""Somebody else is at work on the campaign."""


class CampaignBusyError(ValueError):
    """Another worker has the campaign's job.

    Example:

    >>> store = tfmtl.audience.CampaignStore("sqlite://")
    >>> spring = store.create_campaign("spring")
    >>> job = store.enqueue("spring", "customise")
    >>> job = store.claim("worker 1", lease=60)
    >>> try:
    ...     store.claim("worker 2", lease=60, campaign_id="spring")
    ... except tfmtl.audience.CampaignBusyError:
    ...     print("busy")
    busy
    """
