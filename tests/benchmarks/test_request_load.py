import threading

from benchmarks import request_load


def test_sends_the_batches_in_turn_as_often_as_told():
    sent = []
    burst = request_load.send(sent.append, "abc", threads=1, requests=5)
    assert "".join(sent) == "abcab"
    assert len(burst.latencies) == 5
    assert 0 < max(burst.latencies) <= burst.seconds


def test_as_many_threads_as_told_ask_at_once():
    together = threading.Barrier(3)
    burst = request_load.send(
        lambda _: together.wait(20), "a", threads=3, requests=6
    )
    assert len(burst.latencies) == 6


def test_reads_the_time_of_the_server_before_and_after():
    readings = iter([2.0, 5.0])
    burst = request_load.send(id, "a", 1, 1, lambda: next(readings))
    assert burst.server_cpu == 3.0
    assert burst.client_cpu >= 0
