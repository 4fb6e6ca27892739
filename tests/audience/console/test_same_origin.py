import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tfmtl.audience.console.notices import Notices
from tfmtl.audience.console.same_origin import SameOrigin

OWN = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def client():
    app = FastAPI()
    app.add_middleware(SameOrigin, hosts=["127.0.0.1", "::1"], max_bytes=100)

    @app.get("/")
    @app.post("/")
    def page():
        return "fine"

    return TestClient(app, base_url=OWN)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": OWN},
        {"Origin": OWN, "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://[::1]:8000", "Host": "[::1]:8000"},
    ],
)
def test_own_pages_may_change_things(client, headers):
    answer = client.post("/", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9000"},  # another program's page
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_sites_may_not_change_things(client, headers):
    answer = client.post("/", headers=headers)
    assert answer.status_code == 403
    assert "own pages only" in answer.text
    assert client.get("/", headers=headers).status_code == 200


def test_another_name_for_the_console_is_refused(client):
    for host in ("evil.example:8000", "127.0.0.1.evil.example", "", "["):
        answer = client.get("/", headers={"Host": host})
        assert answer.status_code == 400
        assert "--allow-host" in answer.text


def test_files_that_are_too_long_are_refused_unread(client):
    assert client.post("/", content=b"x" * 100).status_code == 200
    answer = client.post("/", content=b"x" * 101)
    assert answer.status_code == 413
    assert "100 bytes at most" in answer.text and "101" in answer.text
    unknown = client.post("/", content=iter([b"x"]))  # chunked
    assert unknown.status_code == 413


def test_a_notice_is_shown_once_and_old_ones_are_forgotten():
    notices = Notices()
    first = notices.keep("417 seeds were added.")
    assert notices.take(first) == "417 seeds were added."
    assert notices.take(first) == ""
    old = notices.keep("old")
    for number in range(100):
        newest = notices.keep(str(number))
    assert (notices.take(old), notices.take(newest)) == ("", "99")
