from benchmarks import cpu_time


def test_every_other_round_runs_backwards():
    order = []
    runs = {name: lambda name=name: order.append(name) for name in "abc"}
    cpu_time.alternate(runs, rounds=3)
    assert "".join(order) == "abccbaabc"


def test_every_run_is_timed_once_a_round():
    seconds = cpu_time.alternate({"busy": lambda: sum(range(10**6))}, rounds=2)
    assert len(seconds["busy"]) == 2
    assert min(seconds["busy"]) > 0


def test_the_ratio_is_of_pairs_and_not_of_medians():
    # The pairs give 2, 8 and 1; the medians would give 4 / 2.
    ours, theirs = [1.0, 2.0, 4.0], [2.0, 16.0, 4.0]
    assert cpu_time.median_ratio(ours, theirs) == 2.0
    assert cpu_time.median_ratio([1.0, 2.0], [3.0, 2.0]) == 2.0
