import pandas as pd

from tfmtl.datasets.complete_journey.most_common import most_common


def common(*brands):
    frame = pd.DataFrame({"store": 1, "brand": list(brands)})
    return most_common(frame, ["store"], "brand").to_dict()


def test_the_most_rows_win():
    assert common("b", "a", "a") == {1: "a"}


def test_of_equals_the_first_in_the_order_of_rows_wins():
    assert common("b", "a", "a", "b") == {1: "b"}


def test_missing_values_do_not_count():
    assert common(None, None, "a") == {1: "a"}


def test_a_group_without_any_value_is_left_out():
    assert common(None) == {}
