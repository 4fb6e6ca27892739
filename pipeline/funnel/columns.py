"""The one place that names the raw columns of the funnel job."""

import tensorflow as tf

from pipeline.components.raw_column import RawColumn
from tfmtl.tasks import BinaryTask

TASKS = (
    BinaryTask("y_category"),
    BinaryTask("y_product", parent="y_category"),
    BinaryTask("y_redeem", parent="y_product"),
)
SLICE_COLUMN = "campaign_type"

# Their values are listed in the curated schema.
CLOSED_TEXTS = (
    "campaign_type",
    "age",
    "income",
    "home_ownership",
    "marital_status",
    "household_size",
    "household_comp",
    "kids_count",
)
# Their values are learned from the training split.
OPEN_TEXTS = ("coupon_department", "coupon_category")
OPEN_IDS = ("coupon_manufacturer",)
NUMBERS = (
    "coupon_n_products",
    "coupon_n_categories",
    "coupon_n_manufacturers",
    "coupon_private_share",
    "hh_baskets_90d",
    "hh_spend_90d",
    "hh_stores_90d",
    "hh_coupon_lines_90d",
    "hh_private_share_90d",
    "hh_days_since_last",
    "hist_covered_lines_90d",
    "hist_category_lines_90d",
)
OPTIONAL_NUMBERS = ("hh_private_share_90d", "hh_days_since_last")

COLUMNS = (
    *(RawColumn(name, tf.string, optional=True) for name in CLOSED_TEXTS),
    *(RawColumn(name, tf.string) for name in OPEN_TEXTS),
    *(RawColumn(name, tf.int64) for name in OPEN_IDS),
    *(
        RawColumn(name, tf.float32, optional=name in OPTIONAL_NUMBERS)
        for name in NUMBERS
    ),
)
