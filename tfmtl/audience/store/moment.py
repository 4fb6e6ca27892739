"""Points in time as the database keeps them."""

import datetime
from typing import Any

import sqlalchemy as sa

_START = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_MICRO = datetime.timedelta(microseconds=1)


class Moment(sa.types.TypeDecorator):
    """A point in time, kept as microseconds since 1970 UTC.

    SQLite has no type for it that knows of time zones.
    """

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(
        self, value: datetime.datetime | None, dialect: Any
    ) -> int | None:
        """Returns the number of a time."""
        return None if value is None else to_micros(value)

    def process_result_value(
        self, value: int | None, dialect: Any
    ) -> datetime.datetime | None:
        """Returns the time of a number."""
        return None if value is None else from_micros(value)


def to_micros(time: datetime.datetime) -> int:
    """Returns microseconds since 1970 UTC; without a zone it is UTC."""
    if time.tzinfo is None:
        time = time.replace(tzinfo=datetime.timezone.utc)
    return (time - _START) // _MICRO


def from_micros(value: int) -> datetime.datetime:
    """Returns the time, UTC."""
    return _START + value * _MICRO
