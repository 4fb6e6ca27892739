"""How much of the evaluation split the training split has never seen."""

from pathlib import Path

import pandas as pd

from pipeline.funnel import columns


def count_unknown(data_dir: str) -> dict[str, int]:
    """Returns the rows of eval whose value train lacks, per learned column.

    Such values become id 0, the unknown.

    Args:
        data_dir: Folder with a folder of Parquet files per split.
    """
    counts = {}
    for name in columns.OPEN_TEXTS + columns.OPEN_IDS:
        train, later = (
            pd.read_parquet(Path(data_dir, split), columns=[name])[name]
            for split in ("train", "eval")
        )
        counts[name] = int((~later.isin(train.unique())).sum())
    return counts
