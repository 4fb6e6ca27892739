"""Connections to the database, and its transactions."""

import contextlib
import sqlite3
import weakref
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

_WRITES = "tfmtl_writes"
_BUSY_SECONDS = 60
_CACHE_KIB = 1 << 16


class Database:
    """A database, SQLite or PostgreSQL.

    Args:
        url: A URL of SQLAlchemy.

    Raises:
        ValueError: If the URL is of no such database, or it cannot be opened.
    """

    def __init__(self, url: str) -> None:
        self.url = _checked(url)
        self._engine = _engine_of(self.url)
        # For whoever does not call `close`; the end of a process does it too.
        weakref.finalize(self, self._engine.dispose).atexit = False
        self._reader = self._engine
        if self.url.get_backend_name() == "postgresql":
            self._reader = self._engine.execution_options(
                isolation_level="REPEATABLE READ"
            )
        self._writer = self._engine.execution_options(**{_WRITES: True})
        try:
            self._engine.connect().close()
        except sa.exc.DatabaseError as error:
            raise ValueError(
                "The database should be there to be opened: the folder of a "
                "SQLite file, or a running PostgreSQL server with a database "
                f"of that name. Received: url={str(self.url)!r}, {error.orig}."
            ) from error

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Gives a connection that sees one state of the database."""
        with self._reader.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Gives a connection all of whose changes are made, or none."""
        with self._writer.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def staging(self) -> Iterator["Staging"]:
        """Gives one connection for temporary tables and a transaction.

        What is prepared in temporary tables keeps no other writer waiting.
        """
        with self._engine.connect() as connection:
            yield Staging(connection)

    def close(self) -> None:
        """Closes all connections."""
        self._engine.dispose()


class Staging:
    """A connection that first prepares, then writes.

    Args:
        connection: The connection.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @contextlib.contextmanager
    def preparing(self) -> Iterator[sa.Connection]:
        """Gives the connection for a transaction on temporary tables."""
        with self._connection.begin():
            yield self._connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Gives the connection for a transaction that writes."""
        connection = self._connection.execution_options(**{_WRITES: True})
        with connection.begin():
            yield connection


def _checked(url: str) -> sa.URL:
    try:
        result = sa.engine.make_url(url)
    except sa.exc.ArgumentError as error:
        raise ValueError(
            "`url` should be such as 'sqlite:///audience.db' or "
            f"'postgresql://user@host/name'. Received: url={url!r}."
        ) from error
    if result.drivername == "postgresql":
        result = result.set(drivername="postgresql+psycopg")
    if result.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ValueError(
            "`url` should name a database of SQLite or PostgreSQL. "
            f"Received: url={str(result)!r}."
        )
    return result


def _engine_of(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() == "postgresql":
        return sa.create_engine(url, pool_pre_ping=True)
    options: dict[str, Any] = {}
    if url.database in (None, "", ":memory:"):
        # Every connection would have a database of its own.
        options["poolclass"] = StaticPool
    engine = sa.create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": _BUSY_SECONDS},
        **options,
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    # The driver would not let tables be made within a transaction.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # At most. With the default of 2 MB a log of events takes twice as long.
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":
        connection.execute("PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later would fail if another
    # one wrote between.
    is_writing = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
