"""Samples of advertisers: days of history, and the sums of the week ahead.

Cut out of a table of daily facts, without Python work per row:

    spec = windows.WindowSpec(["clicks", "sales"])
    split = windows.TimeSplit.of(spec, first_day, last_day)
    train = windows.cut(facts, spec, split.train)
    encoder = windows.SampleEncoder(spec, ["industry"], []).fit(train)
    model = tfmtl.models.M2M(encoder.features, windows.count_tasks(train, spec))
    model.fit(encoder.encode(train), windows.labels(train, spec))
"""

from tfmtl.datasets.windows.check_facts import check_facts
from tfmtl.datasets.windows.cut import cut
from tfmtl.datasets.windows.discretiser import Discretiser
from tfmtl.datasets.windows.join import join
from tfmtl.datasets.windows.sample_encoder import SampleEncoder
from tfmtl.datasets.windows.sample_report import SampleReport
from tfmtl.datasets.windows.targets import count_tasks
from tfmtl.datasets.windows.targets import labels
from tfmtl.datasets.windows.targets import naive_forecasts
from tfmtl.datasets.windows.time_split import TimeSplit
from tfmtl.datasets.windows.window_spec import WindowSpec

__all__ = [
    "Discretiser",
    "SampleEncoder",
    "SampleReport",
    "TimeSplit",
    "WindowSpec",
    "check_facts",
    "count_tasks",
    "cut",
    "join",
    "labels",
    "naive_forecasts",
]
