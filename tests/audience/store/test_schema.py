import itertools
import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tfmtl import audience
from tfmtl.audience.store.schema import upgrade_to
from tfmtl.audience.store.tables import METADATA
from tfmtl.database import Database

INDEXES_ON_EXPRESSIONS = {"uq_job_running", "uq_model_path", "uq_model_version"}


@pytest.mark.filterwarnings("ignore:autogenerate skipping:UserWarning")
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
def test_migrations_make_the_tables_that_the_code_expects(empty_url):
    audience.migrate(empty_url)
    database = Database(empty_url)
    with database.reading() as connection:
        context = MigrationContext.configure(connection)
        differences = [
            change
            for change in compare_metadata(context, METADATA)
            if getattr(change[1], "name", None) not in INDEXES_ON_EXPRESSIONS
        ]
        names = {
            index["name"]
            for table in ("model", "job")
            for index in sa.inspect(connection).get_indexes(table)
        }
    database.close()
    assert differences == []
    if "postgresql" in empty_url:  # SQLAlchemy does not see them on SQLite
        assert names >= INDEXES_ON_EXPRESSIONS


def test_an_empty_database_gets_the_tables(empty_url):
    store = audience.CampaignStore(empty_url)
    assert store.campaigns() == []
    store.close()


def test_an_older_database_is_refused_until_it_is_migrated(empty_url):
    database = Database(empty_url)
    upgrade_to(database, "0001")
    with database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO campaign VALUES "
            "('old', '', '', '{}', NULL, '1', 1700000000000000)"
        )
    database.close()
    with pytest.raises(
        audience.SchemaVersionError, match="tfmtl.audience migrate --store"
    ):
        audience.CampaignStore(empty_url)
    assert audience.migrate(empty_url) == ("0001", "0002")
    assert audience.migrate(empty_url) == ("0002", "0002")
    store = audience.CampaignStore(empty_url)
    assert store.enqueue("old", "customise").status == "queued"
    store.close()


def test_a_database_of_a_later_version_is_refused(empty_url):
    audience.CampaignStore(empty_url).close()
    database = Database(empty_url)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num='9'")
    database.close()
    for call in (audience.CampaignStore, audience.migrate):
        with pytest.raises(
            audience.SchemaVersionError, match="upgrade tfmtl.*'9'"
        ):
            call(empty_url)


def test_a_database_of_others_is_refused_and_left_as_it_is(empty_url):
    database = Database(empty_url)
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE invoices (number INTEGER)")
    for call in (audience.CampaignStore, audience.migrate):
        with pytest.raises(audience.SchemaVersionError, match="invoices"):
            call(empty_url)
    with database.reading() as connection:
        assert sa.inspect(connection).get_table_names() == ["invoices"]
    database.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("audience.db", "should be such as 'sqlite:///audience.db'"),
        ("mysql://localhost/audience", "SQLite or PostgreSQL"),
        ("sqlite:////no/such/folder/audience.db", "folder of a SQLite file"),
        ("postgresql://a:secret@127.0.0.1:1/b", r"a:\*\*\*@127.*refused"),
    ],
)
def test_a_database_that_cannot_be_opened_is_named(url, message):
    with pytest.raises(ValueError, match=message):
        audience.CampaignStore(url)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "audience.db"
    path.write_text("user_id,name\n1,A\n" * 100)
    with pytest.raises(ValueError, match="not a database"):
        audience.CampaignStore(f"sqlite:///{path}")


def test_sqlite_checks_foreign_keys_and_lets_others_read_meanwhile(tmp_path):
    url = f"sqlite:///{tmp_path}/audience.db"
    store = audience.CampaignStore(url)
    database = Database(url)
    with database.writing() as connection:
        pragma = connection.exec_driver_sql
        assert pragma("PRAGMA foreign_keys").scalar() == 1
        assert pragma("PRAGMA journal_mode").scalar() == "wal"
        assert pragma("PRAGMA busy_timeout").scalar() == 60_000
        assert store.campaigns() == []
    database.close()
    store.close()


@pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("look", range(4))
def test_tables_made_by_another_between_two_looks_are_seen(empty_url, look):
    looks = itertools.count()

    def make_tables(connection, cursor, statement, *_):
        if "pg_class" in statement and next(looks) == look:
            audience.migrate(empty_url)

    sa.event.listen(sa.Engine, "before_cursor_execute", make_tables)
    try:
        audience.CampaignStore(empty_url).close()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", make_tables)
    assert next(looks) > look


@pytest.mark.slow
def test_several_processes_may_open_an_empty_database_at_once(
    empty_url, context, start
):
    barrier = context.Barrier(3)
    processes = [
        start("open_store.py", url=empty_url, barrier=barrier) for _ in range(3)
    ]
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * 3


@pytest.mark.slow
def test_tfmtl_needs_no_database_packages_until_there_is_a_store():
    script = (
        "import sys\n"
        "sys.modules.update(dict.fromkeys(('sqlalchemy', 'alembic')))\n"
        "import tfmtl\n"
        "tfmtl.audience.AudienceExpander\n"
        "try:\n"
        "    tfmtl.audience.CampaignStore\n"
        "except ImportError as error:\n"
        "    print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True
    )
    assert "pip install 'tfmtl[audience]'" in run.stdout
