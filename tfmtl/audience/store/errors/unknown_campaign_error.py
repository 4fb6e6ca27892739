"""There is no campaign of that id."""


class UnknownCampaignError(ValueError):
    """The store has no campaign of that id.

    Example:

    >>> store = tfmtl.audience.CampaignStore("sqlite://")
    >>> try:
    ...     store.campaign("spring")
    ... except tfmtl.audience.UnknownCampaignError:
    ...     print("unknown")
    unknown
    """
