import contextlib
import threading

from serving.servable import Servable


class Model:
    def __init__(self):
        self.closed = threading.Event()

    def close(self):
        self.closed.set()


def test_closes_only_once_the_last_request_is_answered():
    servable = Servable(1, Model())
    with servable.use() as model:
        closing = threading.Thread(target=servable.close, args=[5])
        closing.start()
        assert not model.closed.wait(0.05)
    closing.join(5)
    assert model.closed.is_set()


def test_waits_for_requests_only_so_long():
    servable = Servable(1, Model())
    with servable.use() as model:
        servable.close(0.01)
        assert model.closed.is_set()


def test_counts_requests_that_fail_as_answered():
    servable = Servable(1, Model())
    with contextlib.suppress(KeyError), servable.use():
        assert not servable.is_idle()
        raise KeyError
    assert servable.is_idle()
