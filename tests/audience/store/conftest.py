"""The same store on SQLite and on a PostgreSQL server of our own."""

import datetime
import itertools
import json
import multiprocessing
import runpy
import shutil
import tempfile
from pathlib import Path

import pgserver
import pytest
import sqlalchemy as sa

from tfmtl import audience
from tfmtl.audience.store.tables import METADATA

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


class Clock:
    """A clock that tests set."""

    def __init__(self):
        self.time = START.timestamp() + 100 * 86400

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL server that writes to disk when it likes."""
    # The path of its socket must not be long.
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        running = pgserver.get_server(folder)
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            running.psql(f"ALTER SYSTEM SET {setting} = off")
        running.psql("SELECT pg_reload_conf()")
        yield running
        running.cleanup()


@pytest.fixture(scope="session")
def used_database(server):
    """URL of a database with tables, and an engine to empty them."""
    server.psql("CREATE DATABASE used")
    url = server.get_uri("used")
    audience.CampaignStore(url).close()
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    yield url, engine
    engine.dispose()


@pytest.fixture(scope="session")
def file_with_tables(tmp_path_factory):
    """A file of SQLite with tables, to be copied."""
    path = tmp_path_factory.mktemp("store") / "audience.db"
    audience.CampaignStore(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """URL of an empty store."""
    if request.param == "sqlite":
        path = request.getfixturevalue("file_with_tables")
        shutil.copy(path, tmp_path)
        return f"sqlite:///{tmp_path}/audience.db"
    found, engine = request.getfixturevalue("used_database")
    tables = set(METADATA.tables) - {"setting"}
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"TRUNCATE {', '.join(sorted(tables))} RESTART IDENTITY"
        )
        connection.exec_driver_sql("UPDATE setting SET value = NULL")
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    """URL of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    server = request.getfixturevalue("server")
    server.psql("DROP DATABASE IF EXISTS empty")
    server.psql("CREATE DATABASE empty")
    return server.get_uri("empty")


@pytest.fixture(scope="session")
def context():
    """Starts processes that need not import everything anew."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["tfmtl.audience.store"])
    # The first process waits for the imports.
    first = found.Process(target=int)
    first.start()
    first.join()
    return found


@pytest.fixture
def start(context):
    """Starts a process that runs a file of the folder beside this one."""

    def start_process(name, **given):
        path = Path(__file__).parent / "processes" / name
        process = context.Process(
            target=runpy.run_path,
            args=(str(path), {"given": given}),
            daemon=True,
        )
        process.start()
        return process

    return start_process


@pytest.fixture
def store(url, clock):
    """A store with the campaigns `spring` and `summer`."""
    with_campaigns = audience.CampaignStore(url, min_seeds=2, clock=clock)
    for name in ("spring", "summer"):
        with_campaigns.create_campaign(name)
    yield with_campaigns
    with_campaigns.close()


@pytest.fixture
def write_log(tmp_path):
    """Writes a log of JSON lines: events of (id, kind, user, day)."""
    numbers = itertools.count()

    def write(*events, **more):
        path = tmp_path / f"log{next(numbers)}.jsonl"
        lines = [
            {
                "event_id": event_id,
                "kind": kind,
                "campaign_id": "spring",
                "user_id": user,
                "time": (START + datetime.timedelta(days=day)).isoformat(),
                **more,
            }
            for event_id, kind, user, day in events
        ]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return path

    return write
