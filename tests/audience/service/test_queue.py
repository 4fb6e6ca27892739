import pytest

from tfmtl.audience import CampaignBusyError
from tfmtl.audience import service
from tfmtl.audience.service import queue


def stubbed(monkeypatch, work):
    monkeypatch.setattr(queue.jobs, "work", work)


@pytest.fixture
def made(make_service):
    made = make_service()
    for name in ("a", "b", "c"):
        made.create_campaign(name)
        made.enqueue(name, service.CUSTOMISE)
    return made


def test_what_fails_for_one_campaign_does_not_stop_the_others(
    made, monkeypatch
):
    def work(desk, job, watch):
        if job.campaign_id == "b":
            raise ValueError("too few seeds")
        return None, "fine"

    stubbed(monkeypatch, work)
    told = [str(outcome) for outcome in made.run_queue("one")]
    assert [line.split(" ")[0] for line in told] == ["a:", "b:", "c:"]
    assert "customise done in" in told[0] and "of 300 s; fine" in told[0]
    assert "failed after" in told[1] and "too few seeds" in told[1]
    (job,) = made.store.jobs("b")
    assert (job.status, job.error) == ("failed", "too few seeds")


def test_other_errors_are_tried_again_up_to_a_limit(made, monkeypatch):
    tries = []

    def work(desk, job, watch):
        tries.append(job.campaign_id)
        if job.campaign_id == "b":
            raise OSError("disk is full\nfor now")
        return None, ""

    stubbed(monkeypatch, work)
    outcomes = list(made.run_queue("one"))
    assert tries.count("b") == 3 and tries.count("a") == 1
    failed = [o for o in outcomes if o.error]
    assert [o.will_retry for o in failed] == [True, True, False]
    assert failed[0].error == "OSError: for now"


def test_a_job_whose_worker_has_died_is_taken_up(made, monkeypatch):
    lost = made.store.claim("dead", 0.2)
    stubbed(monkeypatch, lambda desk, job, watch: (None, ""))
    with pytest.raises(CampaignBusyError, match="'dead'"):
        made.customise(lost.campaign_id)
    while made.store.jobs(lost.campaign_id)[0].status == "running":
        list(made.run_queue("alive"))
    (job,) = made.store.jobs(lost.campaign_id)
    assert (job.status, job.worker, job.attempts) == ("done", "alive", 2)


def test_what_was_interrupted_can_be_done_again_at_once(made, monkeypatch):
    def interrupt(desk, job, watch):
        raise KeyboardInterrupt

    stubbed(monkeypatch, interrupt)
    with pytest.raises(KeyboardInterrupt):
        made.customise("a")
    with pytest.raises(KeyboardInterrupt):
        next(made.run_queue("one"))
    stubbed(monkeypatch, lambda desk, job, watch: ("done", ""))
    assert made.customise("a") == made.customise("b") == "done"


def test_an_audience_is_not_chosen_while_another_worker_has_the_campaign(made):
    job = made.store.claim("other", 30)
    with pytest.raises(CampaignBusyError, match="of 'other' until"):
        made.audience(job.campaign_id, 10)
    for size, nearest in ((0, None), (10, -5)):
        with pytest.raises(ValueError, match="should be positive"):
            service.audience_of(size, nearest)


def test_a_lease_is_renewed_for_as_long_as_the_work_takes(made, monkeypatch):
    import time

    def work(desk, job, watch):
        time.sleep(0.8)
        watch(service.Step("still here"))
        return None, ""

    stubbed(monkeypatch, work)
    first = next(made.run_queue("one", lease=0.4))
    assert not first.error
    assert made.store.jobs("a")[0].attempts == 1


def test_who_has_lost_a_job_does_not_write_what_is_anothers(made, monkeypatch):
    seen = []

    def work(desk, job, watch):
        desk.store.fail(job, "taken away")  # as after a lapse
        while True:
            watch(service.Step("going on"))
            seen.append(job)

    stubbed(monkeypatch, work)
    outcome = next(made.run_queue("one", lease=0.2))
    assert (
        "job is not" in outcome.error or "worker that has it" in outcome.error
    )
    assert made.store.jobs("a")[0].error == "taken away"


def test_a_job_that_nobody_knows_says_so(made):
    made.enqueue("a", "dance")
    made.store.finish(made.store.claim("x", 9, campaign_id="a"))
    outcomes = {o.kind: o for o in made.run_queue("one")}
    assert "Received: 'dance'" in outcomes["dance"].error


def test_waiting_jobs_of_a_campaign_come_before_the_one_that_is_asked_for(
    make_service, monkeypatch
):
    made, order = make_service(), []
    made.create_campaign("a")
    made.enqueue("a", service.INCREMENT)

    def work(desk, job, watch):
        order.append(job.kind)
        watch(service.Step("training", epoch=1, loss=0.5))
        return f"result of {job.kind}", "noted"

    stubbed(monkeypatch, work)
    assert made.customise("a") == "result of customise"
    assert order == ["increment", "customise"]
    progress = made.progress(made.store.jobs("a")[-1])
    assert (progress.step.name, progress.note) == ("done", "noted")
    assert progress.seconds >= 0
