import pandas as pd
import pytest

from tfmtl.datasets.complete_journey import promotions
from tfmtl.datasets.complete_journey import wheel
from tfmtl.datasets.complete_journey.promotions import promotion_states

PLACE = {"product_id": 18_316_298, "store_id": 34_280, "week": 53}


def placement(display, mailer, **place):
    return {**PLACE, **place, "display": display, "mailer": mailer}


def states(lines, *parts):
    parts = [pd.DataFrame(part) for part in parts]
    return promotion_states(pd.DataFrame(lines), iter(parts)).tolist()


@pytest.mark.parametrize(
    ("display", "mailer", "state"),
    [(False, False, 0), (True, False, 1), (False, True, 2), (True, True, 3)],
)
def test_a_state_tells_display_and_mailer_apart(display, mailer, state):
    assert states([PLACE], [placement(display, mailer)]) == [state]


def test_promoted_in_one_of_two_rows_is_promoted():
    rows = [placement(True, False), placement(False, True)]
    assert states([PLACE], rows) == states([PLACE], rows[:1], rows[1:]) == [3]


@pytest.mark.parametrize("key", list(PLACE))
def test_another_product_store_or_week_is_not_promoted(key):
    other = placement(True, True, **{key: PLACE[key] - 1})
    assert states([PLACE], [other]) == [0]


def test_states_come_in_the_order_of_the_purchases():
    lines = [{**PLACE, "week": week} for week in (3, 1, 2, 1)]
    rows = [placement(True, False, week=1), placement(False, True, week=3)]
    assert states(lines, rows) == [2, 1, 0, 1]


def test_the_sign_for_no_promotion_is_read(monkeypatch):
    part = pd.DataFrame(
        {
            **{key: [value] * 3 for key, value in PLACE.items()},
            "display_location": ["0", "A", "9"],
            "mailer_location": ["0", "0", "A"],
        }
    ).astype({"display_location": "category", "mailer_location": "category"})
    monkeypatch.setattr(wheel, "read_parts", lambda *_: iter([part]))
    (read,) = promotions.read_placements()
    assert read["display"].tolist() == [False, True, True]
    assert read["mailer"].tolist() == [False, False, True]
