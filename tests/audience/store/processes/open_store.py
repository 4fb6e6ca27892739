"""Opens a store at the same moment as others do."""

from tfmtl import audience

GIVEN = globals()["given"]
GIVEN["barrier"].wait()
audience.CampaignStore(GIVEN["url"]).close()
