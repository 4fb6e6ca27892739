import math
import socket
import threading
import time
from concurrent import futures

import pytest

import serving
from serving import prediction
from serving.threads import Threads


def test_tells_the_version_it_serves(server):
    assert server.wait_until_ready(timeout=1) == 1


def test_listens_on_this_machine_only(server):
    assert server.target == f"127.0.0.1:{server.port}"
    with socket.create_connection(("127.0.0.1", server.port), timeout=5):
        pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", server.port), timeout=5)


def test_refuses_a_port_that_is_taken(server, push):
    second = serving.LocalServer(push.base, "m", port=server.port)
    with pytest.raises(OSError, match=f"taken.*port={server.port}"):
        second.start()


def test_can_be_started_after_the_port_it_wanted_is_free(server, push):
    second = serving.LocalServer(push.base, "m", port=server.port)
    with pytest.raises(OSError, match="taken"):
        second.start()
    second.close()
    server.close()
    with second:
        assert second.wait_until_ready(timeout=60) == 1


def test_refuses_to_be_started_twice(server):
    with pytest.raises(RuntimeError, match="started once; make another one"):
        server.start()
    server.wait_until_ready(timeout=1)
    server.close()
    with pytest.raises(RuntimeError, match="started once; make another one"):
        server.start()


def test_picks_up_versions_under_load_without_a_failed_request(
    push, server, columns, wait_for
):
    stop = threading.Event()

    def ask():
        scores = []
        with serving.PredictionClient(server.target, "m", 20) as client:
            while not stop.is_set():
                scores.append(float(client.predict(columns)["score"][0, 0]))
        return scores

    with futures.ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        for version, weight in [(2, 20), (3, 10), (4, 20)]:
            push(version, weight)
            wait_for(lambda v=version: server.wait_until_ready(1) == v)
            time.sleep(0.1)
        stop.set()
        answers = [score for future in asking for score in future.result()]
    assert set(answers) == {11.5, 21.5}
    assert len(answers) > 100


def test_a_broken_version_leaves_the_old_one_serving(
    push, client, columns, wait_for
):
    push(2, 20, lambda path: (path / "saved_model.pb").write_bytes(b"junk"))
    wait_for(lambda: client.status().get(2) and client.status()[2].error_code)
    status = client.status()
    assert (status[2].state, status[1].state) == ("END", "AVAILABLE")
    assert status[2].error_message
    assert client.predict(columns)["score"][0] == 11.5


def test_a_version_whose_weights_are_cut_short_is_refused(
    push, client, wait_for
):
    def cut(path):
        (weights,) = path.glob("variables/*.data*")
        weights.write_bytes(b"")

    push(2, 20, cut)
    wait_for(lambda: client.status().get(2) and client.status()[2].error_code)
    assert client.status()[1].state == "AVAILABLE"


def test_never_looks_at_a_copy_under_way(push, client, wait_for):
    (push.base / ".tmp-9").mkdir()
    push(2, 20)
    wait_for(lambda: client.status().get(2))
    assert set(client.status()) <= {1, 2}


def test_says_why_it_is_not_ready(push):
    (push.base / "5").mkdir()
    with serving.LocalServer(push.base, "m", poll_seconds=0.05) as server:
        with pytest.raises(
            TimeoutError, match=r"Received: versions=\{5: .*END"
        ):
            server.wait_until_ready(timeout=1)


def test_refuses_messages_larger_than_its_limit(push, columns):
    push(1)
    limits = serving.Limits(max_message_bytes=5000)
    columns["town"] = ["x" * 5000] * 3
    with serving.LocalServer(push.base, "m", limits=limits) as server:
        server.wait_until_ready(timeout=60)
        with serving.PredictionClient(server.target, "m", 10) as client:
            with pytest.raises(serving.PredictionError) as error:
                client.predict(columns)
    assert error.value.code.name == "RESOURCE_EXHAUSTED"


def test_refuses_more_calls_at_once_than_its_limit(push, columns, monkeypatch):
    push(1)
    begun, go_on = threading.Event(), threading.Event()
    limits = serving.Limits(max_concurrent_rpcs=1)
    with serving.LocalServer(push.base, "m", limits=limits) as server:
        server.wait_until_ready(timeout=60)
        with serving.PredictionClient(server.target, "m", 20) as client:
            client.metadata()
            predict = prediction.predict

            def slowly(*arguments):
                begun.set()
                go_on.wait(20)
                return predict(*arguments)

            monkeypatch.setattr(prediction, "predict", slowly)
            with futures.ThreadPoolExecutor(1) as pool:
                first = pool.submit(client.predict, columns)
                assert begun.wait(20)
                with pytest.raises(
                    serving.PredictionError, match="RESOURCE_EXHAUSTED"
                ):
                    client.status()
                go_on.set()
                assert first.result()["score"][0] == 11.5


def test_finishes_what_is_under_way_when_it_closes(push, columns, monkeypatch):
    push(1)
    begun = threading.Event()
    predict = prediction.predict

    def slowly(*arguments):
        begun.set()
        time.sleep(0.3)
        return predict(*arguments)

    with serving.LocalServer(push.base, "m") as server:
        server.wait_until_ready(timeout=60)
        client = serving.PredictionClient(server.target, "m", 20)
        client.metadata()
        monkeypatch.setattr(prediction, "predict", slowly)
        with futures.ThreadPoolExecutor(1) as pool:
            answer = pool.submit(client.predict, columns)
            assert begun.wait(20)
            server.close()
            assert answer.result()["score"][0] == 11.5
    client.close()


def test_works_with_threads_of_ones_choice(push, columns):
    push(1)
    threads = Threads(requests=1, intra_op=1, inter_op=1)
    with serving.LocalServer(push.base, "m", threads=threads) as server:
        server.wait_until_ready(timeout=60)
        with serving.PredictionClient(server.target, "m", 10) as client:
            assert client.predict(columns)["score"][0] == 11.5


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"base_path": "absent"}, "existing directory.*base_path='absent'"),
        ({"model_name": ""}, "`model_name` should be the name"),
        ({"port": -1}, "`port` should be.*65535. Received: port=-1"),
        ({"port": 99999}, "port=99999"),
        ({"poll_seconds": 0}, "poll_seconds=0"),
        ({"poll_seconds": math.inf}, "one that a thread can wait for.*inf"),
        ({"poll_seconds": 1e10}, "poll_seconds=10000000000.0"),
        ({"versions_kept": 0}, "versions_kept=0"),
    ],
)
def test_refuses_what_it_cannot_serve(tmp_path, changes, message):
    arguments = {"base_path": tmp_path, "model_name": "m", **changes}
    with pytest.raises(ValueError, match=message):
        serving.LocalServer(**arguments)


def test_refuses_to_work_without_threads():
    with pytest.raises(ValueError, match="at least 1. Received: requests=0"):
        Threads(requests=0)
