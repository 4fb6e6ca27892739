"""What of the funnel's table is learned, and what is learned from."""

from tfmtl.tasks import BinaryTask

FUNNEL_TASKS = (
    BinaryTask("y_category"),
    BinaryTask("y_product", parent="y_category"),
    BinaryTask("y_redeem", parent="y_product"),
)
FUNNEL_CATEGORIES = (
    "campaign_type",
    "age",
    "income",
    "home_ownership",
    "marital_status",
    "household_size",
    "household_comp",
    "kids_count",
    "coupon_department",
    "coupon_category",
    "coupon_manufacturer",
)
FUNNEL_NUMBERS = (
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
