import numpy as np
import pytest

import tfmtl
from tfmtl.audience.user_table import UserTable


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_refuses_numbers_that_are_not_finite(number):
    users = UserTable({"user_id": [7, 8], "spend": [1.0, number]}, "user_id")
    spend = tfmtl.NumericFeature("spend")
    with pytest.raises(
        ValueError, match=r"1 in column 'spend' .*first .*\[8\]"
    ):
        users.check_features([spend], {})
    users.check_features([spend], {"spend": 1.0})  # is the campaign's
