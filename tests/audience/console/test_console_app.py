import re
import time

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from tfmtl.audience import service
from tfmtl.audience.console import console_app

ADDRESS = "http://127.0.0.1:8700"
SPRING = "/campaigns/spring~2F1"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(make_service):
    return make_service()


@pytest.fixture(scope="module")
def client(made):
    """A console whose worker works."""
    app = console_app(made)
    with TestClient(app, base_url=ADDRESS) as client:
        yield client


def upload(client, address, name, content, **fields):
    return client.post(address, files={"file": (name, content)}, data=fields)


def lines(ids):
    return "user_id\n" + "\n".join(map(str, ids))


def wait(client, address):
    for _ in range(1200):
        answer = client.get(f"{address}/work")
        if answer.headers["X-State"] == "over":
            return answer.text
        time.sleep(0.05)
    raise AssertionError(answer.text)


def test_without_campaigns_it_says_how_to_begin(client):
    page = client.get("/").text
    assert "No campaign yet" in page
    assert "There is no log-in" in page and "bound to 127.0.0.1" in page


def test_a_campaign_from_its_seeds_to_its_file(client, made, fans):
    answer = client.post(
        "/new",
        data={
            "campaign_id": "spring/1",
            "name": "<b>Spring</b>",
            "feature:category": "garden",
        },
    )
    assert answer.url.raw_path.decode().startswith(SPRING)
    assert "The campaign was created." in answer.text
    assert "&lt;b&gt;Spring&lt;/b&gt;" in answer.text
    assert "Seeds are needed first." in answer.text
    assert made.store.campaign("spring/1").features == {"category": "garden"}
    answer = upload(client, f"{SPRING}/seeds", "a.csv", lines(fans[:200]))
    assert "200 of 200 seeds are new" in answer.text
    assert "taste <strong>id 3</strong>" in answer.text
    answer = client.post(f"{SPRING}/customise")
    assert "In the queue: customise." in answer.text
    assert "expected lift" in wait(client, SPRING)
    page = client.get(f"{SPRING}?size=300").text
    fit = made.report("spring/1").fit
    assert f"{fit.lift.value:.1f}×" in page
    assert f"{fit.lift.low:.1f} to {fit.lift.high:.1f} in the best 5" in page
    found = made.gain_curve("spring/1").found(300)
    assert f"hold {found.value:.0%} ({found.low:.0%} to" in " ".join(
        page.split()
    )
    client.post(f"{SPRING}/audience", data={"size": "300"})
    wait(client, SPRING)
    page = client.get(SPRING).text
    (link,) = re.findall(r'href="(\S+/audiences/\d+)" download', page)
    answer = client.get(link)
    assert "attachment" in answer.headers["Content-Disposition"]
    (audience,) = made.store.audiences("spring/1")
    with open(audience.path, "rb") as file:
        assert answer.content == file.read()
    assert "customised" in client.get("/").text


def test_errors_are_shown_on_the_page_and_change_nothing(client, made, fans):
    before = len(made.store.seeds("spring/1"))
    bad = [str(user) for user in fans[200:203]] + ["abc"]
    for name, content, message in (
        ("b.csv", lines(bad), "b.csv: User ids should be whole numbers"),
        ("b.csv", lines(bad), "row=3, value=&#39;abc&#39;"),
        ("b.csv", lines(bad), "Put bad rows aside"),
        ("b.csv", lines([1, 2, 3]), "3 of 3"),
        ("b.exe", "x", "ends with .csv, .txt, .parquet"),
        ("b.parquet", "x", "b.parquet"),
    ):
        answer = upload(client, f"{SPRING}/seeds", name, content)
        assert answer.status_code == 422
        assert "Nothing was changed." in answer.text
        assert message in answer.text, message
    assert len(made.store.seeds("spring/1")) == before
    for size in ("0", "9999", "many", ""):
        answer = client.post(f"{SPRING}/audience", data={"size": size})
        assert answer.status_code == 422 and "ize" in answer.text
        if size:
            answer = client.get(SPRING, params={"size": size})
            assert answer.status_code == 422
    answer = client.post(f"{SPRING}/roll-back", data={"version": "7"})
    assert answer.status_code == 422 and "to=7" in answer.text
    answer = client.post("/new", data={"campaign_id": "spring/1"})
    assert answer.status_code == 422
    assert "one that no campaign has" in answer.text
    assert 'value="spring/1"' in answer.text  # what was typed is still there


def test_bad_rows_can_be_put_aside(client, fans):
    answer = upload(
        client,
        f"{SPRING}/seeds",
        "c.csv",
        lines([*fans[200:230], "abc"]),
        quarantine="yes",
    )
    assert "30 of 31 seeds are new" in answer.text
    assert "1 bad rows were put aside" in answer.text


def test_bad_events_can_be_put_aside(client):
    answer = upload(client, f"{SPRING}/feedback", "a.jsonl", "no event\n")
    assert answer.status_code == 422 and "Put bad rows aside" in answer.text
    answer = upload(
        client, f"{SPRING}/feedback", "a.jsonl", "no event\n", quarantine="yes"
    )
    assert "1 bad rows were put aside" in answer.text
    assert client.get(SPRING).text.count("Put bad rows aside") == 2


def test_what_is_not_there_is_not_found(client):
    for address in (
        "/campaigns/no",
        f"{SPRING}/audiences/9",
        "/campaigns/no/work",
    ):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "All campaigns" in answer.text
    assert client.post("/campaigns/no/customise").status_code == 404
    assert client.get("/docs").status_code == 404


def test_a_campaign_that_fails_says_why(client):
    client.post("/new", data={"campaign_id": "bare"})
    client.post("/campaigns/bare/customise")
    assert "failed" in wait(client, "/campaigns/bare")
    page = client.get("/campaigns/bare").text
    assert "min_seeds" in page or "seeds" in page
    assert '<span class="state bad">failed</span>' in client.get("/").text


def test_lists_of_opt_outs_are_taken_in(client, made, fans):
    answer = upload(client, "/opt-outs", "o.txt", "\n".join(map(str, fans[:9])))
    assert "9 more users have opted out." in answer.text
    assert len(made.store.opted_out()) == 9
    answer = upload(client, "/opt-outs", "o.txt", "abc")
    assert answer.status_code == 422 and "o.txt" in answer.text


def test_feedback_is_taken_in_and_counted(client, made, fans):
    events = pd.DataFrame(
        {
            "event_id": ["e1", "e2", "e3"],
            "kind": ["exposure", "exposure", "conversion"],
            "campaign_id": "spring/1",
            "user_id": [int(fans[300]), int(fans[301]), int(fans[300])],
            "time": ["2026-03-01", "2026-03-01", "2026-03-02"],
        }
    )
    log = events.to_json(orient="records", lines=True)
    answer = upload(client, f"{SPRING}/feedback", "log.jsonl", log)
    assert "3 of 3 events are new" in answer.text
    page = " ".join(answer.text.split())
    assert "2</strong> users were shown the campaign, 1 of them conv" in page
    assert "converted so far, the outcome of 1 is open" in page
    made.store.raise_watermark(pd.Timestamp("2026-04-01"))
    page = " ".join(client.get(SPRING).text.split())
    assert "2</strong> users were shown the campaign, 1 of them conv" in page
    assert "is open" not in page
    answer = upload(client, f"{SPRING}/feedback", "log.jsonl", log)
    assert "nothing has changed" in answer.text


def test_a_page_stays_though_the_file_of_an_audience_is_spoilt(client, made):
    (audience,) = made.store.audiences("spring/1")
    with open(audience.path, "w") as file:
        file.write("nothing,here\n1,2\n")
    page = client.get(SPRING)
    assert page.status_code == 200 and "file cannot be read" in page.text
    answer = client.post(f"{SPRING}/audience", data={"size": "many"})
    assert answer.status_code == 422


def test_the_page_of_a_job_tells_of_epochs(make_service, monkeypatch):
    made = make_service()
    made.create_campaign("spring")
    made.enqueue("spring", service.CUSTOMISE)
    job = made.store.claim("elsewhere")
    from tfmtl.audience.service import queue

    step = service.Step("training", epoch=2, loss=0.25)
    queue.progress_file(made._desk, job).write(step)
    client = TestClient(console_app(made), base_url=ADDRESS)
    page = client.get("/campaigns/spring").text
    assert 'data-watch="/campaigns/spring/work"' in page
    assert "<noscript><meta http-equiv" in page
    work = client.get("/campaigns/spring/work")
    assert work.headers["X-State"] == "running"
    assert "<dd>2</dd>" in work.text and "0.2500" in work.text
