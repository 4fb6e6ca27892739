"""The tables that the job reads."""

from pipeline.advertiser.window_plan import ADVERTISERS
from pipeline.advertiser.window_plan import FACTS
from pipeline.advertiser.window_plan import SCENARIOS
from pipeline.components import parquet_files


def table_files(data_dir: str) -> dict[str, list[str]]:
    """Returns the Parquet files of each table.

    Args:
        data_dir: Folder with a folder a table.

    Raises:
        ValueError: If a table has none.
    """
    return {
        name: parquet_files.find_files(data_dir, f"{name}/*.parquet")
        for name in (FACTS, ADVERTISERS, SCENARIOS)
    }
