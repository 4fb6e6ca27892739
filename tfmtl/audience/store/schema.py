"""Brings a database to the version of the schema that the package has."""

import functools
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tfmtl.audience.store.errors.schema_version_error import SchemaVersionError
from tfmtl.database import Database

_MIGRATIONS = Path(__file__).parent / "migrations"


def open_database(url: str) -> Database:
    """Opens a database; one that is empty gets the tables.

    Args:
        url: A URL of SQLAlchemy.

    Raises:
        ValueError: If it cannot be opened.
        SchemaVersionError: If it is of another version.
    """
    database = Database(url)
    try:
        _prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def migrate(url: str) -> tuple[str | None, str]:
    """Brings a database to the version that the package has.

    Either all of the changes are made, or none. A database that is of that
    version is left as it is.

    Args:
        url: A URL of SQLAlchemy.

    Returns:
        The version before, None if the database was empty, and now.

    Raises:
        ValueError: If the database cannot be opened.
        SchemaVersionError: If it is of a later version, or holds other things.

    Example:

    >>> tfmtl.audience.migrate("sqlite://")
    (None, '0002')
    """
    database = Database(url)
    try:
        with database.writing() as connection:
            before = _version_of(connection)
            _upgrade(connection)
        return before, _head()
    finally:
        database.close()


def upgrade_to(database: Database, version: str) -> None:
    """Brings a database to one version of the schema.

    Args:
        database: The database.
        version: The version, later than the one it has.
    """
    with database.writing() as connection:
        _upgrade(connection, version)


def _prepare(database: Database) -> None:
    with database.reading() as connection:
        version = _version_of(connection)
    if version is None:
        version = _create(database)
    if version != _head():
        raise SchemaVersionError(
            "The database should be of the version that this tfmtl has. It is "
            "older; stop what uses it, back it up, and run `python -m "
            f"tfmtl.audience migrate --store '{database.url}'`. "
            f"Received: version={version!r}, this tfmtl has {_head()!r}."
        )


def _create(database: Database) -> str | None:
    try:
        with database.writing() as connection:
            if _version_of(connection) is None:
                _upgrade(connection)
    except (sa.exc.ProgrammingError, sa.exc.IntegrityError):
        # Another process made the tables at the same moment, as a rule.
        with database.reading() as connection:
            if _version_of(connection) is None:
                raise
    with database.reading() as connection:
        return _version_of(connection)


def _version_of(connection: sa.Connection) -> str | None:
    # Listed before the version is asked for: whoever makes the tables makes
    # all of them at once, maybe between the two.
    tables = sorted(sa.inspect(connection).get_table_names())
    version = MigrationContext.configure(connection).get_current_revision()
    if version is None:
        if tables:
            raise SchemaVersionError(
                "The database should be empty or one that tfmtl made; give "
                "one of its own to the campaigns. Received: tables "
                f"{tables[:5]}."
            )
    elif version not in _versions():
        raise SchemaVersionError(
            "The database should be of the version that this tfmtl has. It "
            "was written by a later one; upgrade tfmtl. Received: "
            f"version={version!r}, this tfmtl has {_head()!r}."
        )
    return version


def _upgrade(connection: sa.Connection, version: str = "head") -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def _config() -> Config:
    config = Config()
    # Alembic would read a percent sign as the start of a variable.
    path = str(_MIGRATIONS).replace("%", "%%")
    config.set_main_option("script_location", path)
    return config


@functools.cache
def _versions() -> tuple[str, ...]:
    """Returns the versions there are, the latest one first."""
    script = ScriptDirectory.from_config(_config())
    return tuple(step.revision for step in script.walk_revisions())


def _head() -> str:
    return _versions()[0]
