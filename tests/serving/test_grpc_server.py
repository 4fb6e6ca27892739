import contextlib
import threading
import time
from concurrent import futures

import grpc
import pytest

import serving
from serving import prediction
from serving.threads import Threads

PREDICT = "/tensorflow.serving.PredictionService/Predict"


@pytest.fixture
def serve(push):
    """Serves version 1 with so many threads, and yields a client."""
    push(1)

    @contextlib.contextmanager
    def start(threads):
        with serving.LocalServer(
            push.base, "m", threads=Threads(requests=threads)
        ) as server:
            server.wait_until_ready(timeout=60)
            with serving.PredictionClient(server.target, "m", 20) as client:
                client.metadata()
                yield client

    return start


@pytest.fixture
def hold(monkeypatch):
    """Makes predictions hang until told to go on."""
    predict = prediction.predict

    class Hold:
        begun = threading.Semaphore(0)
        go_on = threading.Event()

        def predict(self, *arguments):
            self.begun.release()
            assert self.go_on.wait(20)
            return predict(*arguments)

    held = Hold()
    monkeypatch.setattr(prediction, "predict", held.predict)
    yield held
    held.go_on.set()


def test_tells_its_health_and_status_while_predictions_hang(
    serve, hold, columns
):
    with serve(threads=1) as client, futures.ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(client.predict, columns) for _ in range(3)]
        assert hold.begun.acquire(timeout=20)
        assert client.health()
        assert client.status()[1].state == "AVAILABLE"
        assert "predict_raw" in client.metadata()
        assert not any(answer.done() for answer in asked)
        hold.go_on.set()
        assert [a.result()["score"][0, 0] for a in asked] == [11.5] * 3


def test_clients_that_send_nothing_hold_up_nobody(serve, columns):
    with serve(threads=1) as client:
        with grpc.insecure_channel(client.target) as channel:
            grpc.channel_ready_future(channel).result(timeout=20)
            never = threading.Event()
            calls = [
                channel.stream_unary(PREDICT).future(
                    iter(never.wait, True), timeout=30
                )
                for _ in range(3)
            ]
            assert client.predict(columns)["score"][0] == 11.5
            assert client.health()
            assert not any(call.done() for call in calls)
            for call in calls:
                call.cancel()
            never.set()


def test_works_on_as_many_predictions_at_once_as_told(serve, hold, columns):
    with serve(threads=2) as client, futures.ThreadPoolExecutor(5) as pool:
        asked = [pool.submit(client.predict, columns) for _ in range(5)]
        for _ in range(2):
            assert hold.begun.acquire(timeout=20)
        assert not hold.begun.acquire(timeout=0.2)
        hold.go_on.set()
        assert [a.result()["score"][0, 0] for a in asked] == [11.5] * 5


def test_never_begins_what_its_client_has_given_up(serve, hold, columns):
    with serve(threads=1) as client, futures.ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.predict, columns)
        assert hold.begun.acquire(timeout=20)
        client.timeout = 0.2
        with pytest.raises(serving.PredictionError, match="DEADLINE_EXCEEDED"):
            client.predict(columns)
        time.sleep(0.3)  # the server may learn of it later
        hold.go_on.set()
        assert first.result()["score"][0] == 11.5
        client.timeout = 20
        client.predict(columns)
    # The first one and the last one.
    assert hold.begun.acquire(timeout=0) and not hold.begun.acquire(timeout=0)
