import pandas as pd

from pipeline.funnel import columns
from pipeline.funnel.unknown_values import count_unknown


def test_counts_the_rows_whose_value_train_lacks(tmp_path):
    names = columns.OPEN_TEXTS + columns.OPEN_IDS
    for split, values in {"train": [1, 2, 2], "eval": [2, 3, 3]}.items():
        (tmp_path / split).mkdir()
        frame = pd.DataFrame({name: values for name in names})
        frame.to_parquet(tmp_path / split / "part-0.parquet")
    assert count_unknown(tmp_path) == {name: 2 for name in names}
