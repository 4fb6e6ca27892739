import numpy as np
import pandas as pd
import pytest

from tfmtl.id_kind import id_kind


@pytest.mark.parametrize("container", [list, np.array, pd.Index, pd.Series])
@pytest.mark.parametrize(
    ("ids", "kind"),
    [
        ([3, 4], "integer"),
        (["3", "u4"], "string"),
        ([1.5], "floating"),
        ([True], "boolean"),
    ],
)
def test_ids_are_whole_numbers_or_text_whatever_holds_them(
    container, ids, kind
):
    assert id_kind(container(ids)) == kind


@pytest.mark.parametrize(
    "ids",
    [
        [None, "a"],
        np.array([None, "a"], object),
        pd.Index([None, "a"]),
        pd.Series(["a", None], dtype="string"),
        pd.Series([1, None], dtype="Int64"),
        [1, "a"],
    ],
)
def test_ids_of_which_one_is_missing_or_of_another_type_are_neither(ids):
    assert id_kind(ids) not in ("integer", "string")


def test_no_ids_are_of_no_type():
    assert id_kind([]) == "empty"
