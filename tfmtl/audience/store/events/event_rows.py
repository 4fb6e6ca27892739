"""Which events of a log are fine, and how the store keeps them."""

import dataclasses
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tfmtl.audience.store.bad_rows import BadRow
from tfmtl.audience.store.bad_rows import Rule
from tfmtl.audience.store.bad_rows import rows_that_break
from tfmtl.audience.store.events.log_parser import LogParser
from tfmtl.audience.store.events.part import Part
from tfmtl.audience.store.user_ids import TEXT
from tfmtl.audience.store.user_ids import WHOLE

CLOCK_ERROR_SECONDS = 300
_MICROS = 1_000_000
_DATE = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?$"
_THERE = Rule("Every event should have a value there.", "Fill it in.")
_KIND = Rule(
    "The kind of an event should be one that the parser knows.",
    "Name it in the parser, as `exposure`, `conversion` or `ignored`.",
)
_CAMPAIGN = Rule(
    "Every event should be of a campaign in the store.",
    "Create the campaign first, or drop the event.",
)
_OF_TYPE = Rule(
    "User ids should be of one type in all of a store: whole numbers, or text.",
    "Convert it to the type that the user base has.",
)
_TIME = Rule(
    "A time should be of ISO 8601, a timestamp or seconds since 1970.",
    "Mend it.",
)
_PAST = Rule(
    "An event should not be from the future.",
    "Look at the clock, and whether numbers are seconds since 1970.",
)


@dataclasses.dataclass
class Setting:
    """What events are checked against.

    Args:
        parser: Names columns and kinds.
        campaigns: Ids of all campaigns.
        id_kind: What user ids are; None before there is any.
        now: Seconds since 1970.
    """

    parser: LogParser
    campaigns: list[str]
    id_kind: str | None
    now: float


class EventRows(NamedTuple):
    """Events of a part of a log.

    Args:
        table: The good ones, as they are kept.
        bad: The bad ones.
        ignored: How many are of no interest.
    """

    table: pa.Table
    bad: list[BadRow]
    ignored: int


def event_rows(part: Part, setting: Setting) -> EventRows:
    """Sorts out the events of a part of a log.

    Args:
        part: The part.
        setting: What they are checked against. It is told what user ids
            are, where it does not know.
    """
    parser, columns = setting.parser, setting.parser.columns
    frame = _texts(part)
    is_ignored = frame[columns.kind].isin(parser.ignored)
    frame = frame[~is_ignored]
    bad = list(part.bad)

    def take_out(rule: Rule, name: str, is_bad: pd.Series) -> None:
        nonlocal frame
        if is_bad.any():
            bad.extend(rows_that_break(rule, is_bad, frame[name], name))
            frame = frame[~is_bad]

    for name in columns.names():
        take_out(_THERE, name, _is_missing(part, name)[frame.index])
    kinds = (parser.exposure, parser.conversion)
    take_out(_KIND, columns.kind, ~frame[columns.kind].isin(kinds))
    is_known = frame[columns.campaign].isin(setting.campaigns)
    take_out(_CAMPAIGN, columns.campaign, ~is_known)
    is_whole = pa.types.is_integer(part.table.schema.field(columns.user).type)
    kind = WHOLE if is_whole else TEXT
    if len(frame):
        setting.id_kind = setting.id_kind or kind
    is_other = pd.Series(kind != setting.id_kind, frame.index)
    take_out(_OF_TYPE, columns.user, is_other)
    times = _times(part, columns.time)
    take_out(_TIME, columns.time, times[frame.index].isna())
    latest = pd.Timestamp(setting.now + CLOCK_ERROR_SECONDS, unit="s", tz="UTC")
    take_out(_PAST, columns.time, times[frame.index] > latest)
    kept = _kept(frame, times[frame.index], parser)
    return EventRows(kept, bad, int(is_ignored.sum()))


def _texts(part: Part) -> pd.DataFrame:
    texts = {
        name: part.table.column(name).cast(pa.string()).to_pandas()
        for name in part.table.column_names
    }
    return pd.DataFrame(texts, dtype=object).set_axis(part.rows)


def _is_missing(part: Part, name: str) -> pd.Series:
    texts = pc.fill_null(part.table.column(name).cast(pa.string()), "")
    # PostgreSQL has no text with NUL.
    is_nul = pc.match_substring(texts, "\0")
    return pd.Series(pc.or_(pc.equal(texts, ""), is_nul), part.rows, bool)


def _times(part: Part, name: str) -> pd.Series:
    """Returns the times, NaT where there is none."""
    column = part.table.column(name)
    if pa.types.is_timestamp(column.type):
        micros = column.cast(pa.timestamp("us", "UTC"), safe=False)
        times = micros.cast(pa.timestamp("ns", "UTC"), safe=False).to_pandas()
    elif pa.types.is_integer(column.type):
        seconds = column.to_pandas()
        times = pd.to_datetime(seconds, unit="s", utc=True, errors="coerce")
    else:
        is_date = pc.match_substring_regex(column, _DATE)
        texts = pc.if_else(is_date, column, None).to_pandas()
        times = pd.to_datetime(texts, utc=True, errors="coerce")
    return times.set_axis(part.rows)


def _kept(frame: pd.DataFrame, times: pd.Series, parser: LogParser) -> pa.Table:
    columns = parser.columns
    micros = times.to_numpy("datetime64[ns]").astype(np.int64) // 1000
    campaigns, users = frame[columns.campaign], frame[columns.user]
    if columns.event_id is None:
        numbers = pa.array(micros).cast(pa.string()).to_pandas().to_numpy()
        events = campaigns + "\x1f" + users + "\x1f" + numbers
    else:
        events = frame[columns.event_id]
    window = int(parser.window.total_seconds() * _MICROS)
    is_conversion = (frame[columns.kind] == parser.conversion).to_numpy()
    return pa.table(
        {
            "row_number": frame.index.to_numpy(np.int64),
            "is_conversion": is_conversion.astype(np.int8),
            "event_id": pa.array(events, pa.string()),
            "campaign_id": pa.array(campaigns, pa.string()),
            "user_id": pa.array(users, pa.string()),
            "time": micros,
            "closes_at": micros + window,
        }
    )
