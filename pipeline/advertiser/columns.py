"""The one place that names the raw columns of the advertiser job."""

import tensorflow as tf

from pipeline.components.raw_column import RawColumn
from tfmtl.datasets.complete_journey.advertiser_facts import BEHAVIOUR
from tfmtl.datasets.complete_journey.advertiser_facts import FACTS
from tfmtl.datasets.complete_journey.advertiser_facts import PERFORMANCE
from tfmtl.datasets.complete_journey.advertiser_facts import TARGETS
from tfmtl.datasets.windows import WindowSpec
from tfmtl.datasets.windows.window_spec import ADVERTISER
from tfmtl.datasets.windows.window_spec import SCENARIO
from tfmtl.datasets.windows.window_spec import history_of
from tfmtl.tasks import CountTask

SPEC = WindowSpec(TARGETS, FACTS)
# Their label scales are learned, and known to the trainer alone.
TASKS = tuple(CountTask(name) for name in SPEC.tasks)
SEQUENCES = (
    tuple(map(history_of, PERFORMANCE)),
    tuple(map(history_of, BEHAVIOUR)),
)

# Columns of `scenarios`, whole numbers from 0: what tells of a new scenario.
SCENARIO_ATTRIBUTES = {"display": 2, "mailer": 2, "coupon": 2}
# Columns of `advertisers`.
PROFILE_TEXTS = ("main_department", "main_category")
PROFILE_NUMBERS = ("catalogue_products", "private_share", "categories")

# What a request has.
COLUMNS = (
    RawColumn(SCENARIO, tf.int64),
    *(RawColumn(name, tf.int64) for name in SCENARIO_ATTRIBUTES),
    *(RawColumn(name, tf.string, optional=True) for name in PROFILE_TEXTS),
    *(RawColumn(name, tf.float32, optional=True) for name in PROFILE_NUMBERS),
    # NaN on days on which the advertiser was not known yet.
    *(
        RawColumn(name, tf.float32, optional=True, length=SPEC.history)
        for name in SPEC.histories
    ),
)
# What else is told of a sample, for whoever reads what was evaluated. Ids of
# text are `tf.string`.
KEYS = (RawColumn(ADVERTISER, tf.int64),)
_NAIVE = {"last_week_{}": "last week", "four_weeks_{}": "mean of four weeks"}
# Forecast without a model to the columns that hold it, by task.
NAIVE = {
    forecast: {name: pattern.format(name) for name in SPEC.tasks}
    for pattern, forecast in _NAIVE.items()
}


def example_columns() -> tuple[RawColumn, ...]:
    """Returns all columns of an example, labels and yardsticks included."""
    naive = [name for by_task in NAIVE.values() for name in by_task.values()]
    numbers = [*SPEC.tasks, *naive]
    return (*KEYS, *COLUMNS, *(RawColumn(n, tf.float32) for n in numbers))
