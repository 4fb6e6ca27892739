import pytest

from tfmtl import audience


def test_jobs_are_claimed_in_the_order_they_came_in(store):
    store.enqueue("summer", "customise")
    store.enqueue("spring", "customise")
    first, second = (store.claim("worker") for _ in range(2))
    assert [first.campaign_id, second.campaign_id] == ["summer", "spring"]
    assert store.claim("worker") is None


def test_a_job_that_waits_already_is_not_put_in_again(store):
    first = store.enqueue("spring", "customise")
    assert store.enqueue("spring", "customise") == first
    assert store.enqueue("spring", "increment") != first
    store.claim("worker")
    assert store.enqueue("spring", "customise").job_id not in (1, 2)


def test_one_job_of_a_campaign_runs_at_a_time(store):
    for kind in ("customise", "increment"):
        store.enqueue("spring", kind)
    running = store.claim("one")
    assert store.claim("two") is None
    store.finish(running)
    assert store.claim("two").kind == "increment"


def test_jobs_for_all_run_one_at_a_time_too(store):
    for kind in ("train", "clean"):
        store.enqueue(None, kind)
    assert store.claim("one").kind == "train"
    assert store.claim("two") is None


def test_a_campaign_of_another_worker_is_refused_by_name(store):
    for kind in ("customise", "increment"):
        store.enqueue("spring", kind)
    store.claim("one")
    with pytest.raises(audience.CampaignBusyError, match="of 'one' until"):
        store.claim("two", campaign_id="spring")
    assert store.claim("two", campaign_id="summer") is None


def test_a_lapsed_lease_is_claimed_again(store, clock):
    store.enqueue("spring", "customise")
    first = store.claim("one", lease=30)
    clock.time += 29
    assert store.claim("two") is None
    clock.time += 1
    second = store.claim("two")
    assert (second.job_id, second.attempts) == (first.job_id, 2)


def test_a_renewed_lease_does_not_lapse(store, clock):
    store.enqueue("spring", "customise")
    job = store.claim("one", lease=30)
    clock.time += 29
    job = store.renew(job)
    clock.time += 29
    assert store.claim("two") is None
    assert store.finish(job).status == "done"


def test_a_worker_that_has_lost_its_job_can_do_nothing_with_it(store, clock):
    store.enqueue("spring", "customise")
    lost = store.claim("same name", lease=30)
    clock.time += 31
    store.claim("same name")
    for call in (store.renew, store.finish, lambda job: store.fail(job, "")):
        with pytest.raises(audience.CampaignBusyError, match="attempt 2"):
            call(lost)


def test_a_failed_job_is_tried_again_as_often_as_was_said(store):
    store.enqueue("spring", "customise", retries=1)
    assert store.fail(store.claim("one"), "no memory").status == "queued"
    failed = store.fail(store.claim("one"), "no memory")
    assert (failed.status, failed.error) == ("failed", "no memory")
    assert store.claim("one") is None


def test_a_job_whose_retry_is_of_no_use_is_not_tried_again(store):
    store.enqueue("spring", "customise")
    failed = store.fail(store.claim("one"), "no seeds", retries=0)
    assert failed.status == "failed"
    assert failed.finished_at is not None


def test_a_job_that_kills_its_workers_fails_in_the_end(store, clock):
    store.enqueue("spring", "customise", retries=1)
    for _ in range(2):
        assert store.claim("one", lease=30) is not None
        clock.time += 31
    assert store.claim("one") is None
    (job,) = store.jobs("spring")
    assert job.status == "failed"
    assert "stopped without a word" in job.error


def test_a_failed_campaign_does_not_hold_up_another(store):
    store.enqueue("spring", "customise", retries=0)
    store.enqueue("summer", "customise")
    store.fail(store.claim("one"), "broken")
    assert store.claim("one").campaign_id == "summer"


def test_a_lease_that_is_not_positive_is_refused(store):
    with pytest.raises(ValueError, match="`lease` should be positive"):
        store.claim("one", lease=0)


@pytest.mark.slow
def test_two_processes_share_the_jobs_and_never_a_campaign(url, context, start):
    store = audience.CampaignStore(url, min_seeds=2)
    for number in range(8):
        store.create_campaign(f"campaign {number}")
        for kind in ("customise", "increment", "select"):
            store.enqueue(f"campaign {number}", kind)
    barrier, results = context.Barrier(2), context.Queue()
    given = {"url": url, "barrier": barrier, "results": results}
    workers = [
        start("claim_jobs.py", worker=name, **given) for name in ("one", "two")
    ]
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0]
    runs = [run for _ in workers for run in results.get(timeout=10)]
    assert sorted(run[0] for run in runs) == list(range(1, 25))
    assert {job.status for job in store.jobs()} == {"done"}
    for number in range(8):
        own = sorted(r[2:] for r in runs if r[1] == f"campaign {number}")
        assert all(a[1] <= b[0] for a, b in zip(own, own[1:], strict=False))
    store.close()
