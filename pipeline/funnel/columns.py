"""The one place that names the raw columns of the funnel job."""

import tensorflow as tf

from pipeline.components.raw_column import RawColumn
from tfmtl.datasets import complete_journey

TASKS = complete_journey.FUNNEL_TASKS
SLICE_COLUMN = "campaign_type"

# Their values are learned from the training split.
OPEN_TEXTS = ("coupon_department", "coupon_category")
OPEN_IDS = ("coupon_manufacturer",)
# Their values are listed in the curated schema.
CLOSED_TEXTS = tuple(
    name
    for name in complete_journey.FUNNEL_CATEGORIES
    if name not in OPEN_TEXTS + OPEN_IDS
)
NUMBERS = complete_journey.FUNNEL_NUMBERS
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
