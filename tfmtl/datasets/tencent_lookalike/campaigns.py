"""The campaigns, which the raw files call ads."""

from pathlib import Path

import numpy as np
import pandas as pd

from tfmtl.datasets import checks
from tfmtl.datasets.checks import TableError
from tfmtl.datasets.checks.columns import require_rows
from tfmtl.datasets.tencent_lookalike.schema import CAMPAIGN_FIELDS
from tfmtl.datasets.tencent_lookalike.schema import REMEDY

_ID = "aid"
_LARGEST = 999_999_999


def read_campaigns(path: Path) -> pd.DataFrame:
    """Returns `campaign_id` and the raw values of `CAMPAIGN_FIELDS`.

    Args:
        path: File of the campaigns.

    Raises:
        TableError: There are no rows, a column is missing or not of whole
            numbers, or an id occurs twice.
    """
    frame = pd.read_csv(path) if path.stat().st_size else pd.DataFrame()
    require_rows(frame, path)
    columns = (_ID, *CAMPAIGN_FIELDS)
    checks.check_columns(frame, dict.fromkeys(columns, checks.INTEGER), path)
    values = frame[list(columns)].to_numpy()
    is_out = (values < 0) | (values > _LARGEST)
    if is_out.any():
        row, place = np.unravel_index(np.argmax(is_out), is_out.shape)
        raise TableError.of(
            path,
            f"A value must be a whole number from 0 to {_LARGEST}.",
            REMEDY,
            row=row,
            column=columns[place],
            value=values[row, place],
        )
    repeated = frame[_ID].duplicated().to_numpy()
    if repeated.any():
        at = int(np.argmax(repeated))
        raise TableError.of(
            path,
            "Every campaign must stand in one row.",
            REMEDY,
            row=at,
            column=_ID,
            value=frame[_ID][at],
        )
    return frame[list(columns)].rename(columns={_ID: "campaign_id"})
