import numpy as np
import pytest

from tfmtl.audience.service.id_files import ids_in


def test_a_row_that_is_longer_than_the_first_line_is_refused(tmp_path):
    path = tmp_path / "ids.csv"
    path.write_text("user_id,name\n7,A\n8,B,9\n")
    with pytest.raises(ValueError, match=r"no more fields.*row=1"):
        ids_in(path, "user_id", np.dtype(np.int64))
