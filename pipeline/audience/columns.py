"""The one place that names the raw columns of the audience job."""

import tensorflow as tf

from pipeline.components.campaign_task import CampaignTask
from pipeline.components.raw_column import RawColumn

# Whether a user responds to a campaign: 1 for seeds and conversions.
TASK = CampaignTask("responds")
CAMPAIGN_ID = "campaign_id"
USER_ID = "user_id"

# Their values are listed in the curated schema.
USER_CLOSED_TEXTS = (
    "age",
    "income",
    "home_ownership",
    "marital_status",
    "household_size",
    "household_comp",
    "kids_count",
)
# Their values are learned from the training split.
USER_OPEN_TEXTS = ("h1_top_category",)
USER_OPEN_IDS = ("h1_main_store",)
USER_NUMBERS = (
    "h1_baskets",
    "h1_spend",
    "h1_categories",
    "h1_stores",
    "h1_private_share",
    "h1_coupon_lines",
    "h1_recency",
    "spend_grocery",
    "spend_drug_gm",
    "spend_fuel",
    "spend_produce",
    "spend_meat",
    "spend_meat_pckgd",
    "spend_deli",
    "spend_miscellaneous",
    "spend_pastry",
    "spend_nutrition",
    "spend_seafood_pckgd",
    "spend_floral",
)
# A campaign's id is none of its features: a new campaign has another one.
CAMPAIGN_OPEN_TEXTS = ("category_department",)
CAMPAIGN_WORDS = ("category_name",)
CAMPAIGN_NUMBERS = (
    "category_buyers",
    "category_mean_price",
    "category_private_share",
)

USER_COLUMNS = (
    *(RawColumn(name, tf.string, optional=True) for name in USER_CLOSED_TEXTS),
    *(RawColumn(name, tf.string) for name in USER_OPEN_TEXTS),
    *(RawColumn(name, tf.int64) for name in USER_OPEN_IDS),
    *(RawColumn(name, tf.float32) for name in USER_NUMBERS),
)
CAMPAIGN_COLUMNS = (
    *(
        RawColumn(name, tf.string, optional=True)
        for name in (*CAMPAIGN_OPEN_TEXTS, *CAMPAIGN_WORDS)
    ),
    *(RawColumn(name, tf.float32, optional=True) for name in CAMPAIGN_NUMBERS),
)
SERVED_COLUMNS = (*USER_COLUMNS, *CAMPAIGN_COLUMNS)
COLUMNS = (RawColumn(CAMPAIGN_ID, tf.string), *SERVED_COLUMNS)
