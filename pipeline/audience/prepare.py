"""`python -m pipeline.audience.prepare`: campaigns as three splits."""

import argparse
import hashlib
import os
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.audience import columns
from pipeline.audience.campaign_split import split_campaigns
from pipeline.audience.feedback import with_feedback
from pipeline.audience.source import Source
from pipeline.audience.source import complete_journey_source
from pipeline.components.count_argument import count_or_all
from pipeline.components.split_files import write_splits
from tfmtl.datasets.complete_journey.cache import BUILDER_VERSION

USERS = "users"
CAMPAIGNS = "campaigns"
MIN_ROWS_OF_A_CLASS = 20


def prepare(
    data_dir: str,
    count: int | None = None,
    feedback: str | None = None,
    seed: int = 0,
) -> dict[str, Any]:
    """Writes the splits as Parquet, unless they are there already.

    Beside them lie the raw users, whom `GeneralModel.encode_users` reads, and
    the raw campaigns with the split that each is in.

    Args:
        data_dir: Folder that gets a folder per split.
        count: Number of campaigns; None for all.
        feedback: Parquet file of further rows, see `with_feedback`.
        seed: Which campaigns are held out.

    Returns:
        What was written: `rows` by split, `split_campaigns`, how many
        `left_out`, and what became of the feedback.

    Raises:
        ValueError: If the folder holds other data, the feedback is not as it
            should be, or a split would have no campaign.
    """
    wanted = {
        "campaigns": count,
        "feedback": feedback and _digest(feedback),
        "seed": seed,
        "columns": [column.name for column in columns.COLUMNS],
        "builder": BUILDER_VERSION,
    }

    def make() -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
        source = complete_journey_source(count)
        merged = with_feedback(source, feedback)
        parts, notes = cut(merged.source, seed)
        return parts, {**notes, **merged.notes}

    return write_splits(data_dir, wanted, make)


def cut(
    source: Source, seed: int = 0
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Returns the tables to write, and what to note of them.

    Campaigns with fewer than `MIN_ROWS_OF_A_CLASS` positive or negative rows
    tell nothing when they are halved: they are counted and left out.

    Args:
        source: Rows, users and campaigns.
        seed: Which campaigns are held out.
    """
    labels = source.rows.groupby(columns.CAMPAIGN_ID)[columns.TASK.name]
    counts = labels.agg(["size", "sum"])
    least = counts["sum"].clip(upper=counts["size"] - counts["sum"])
    kept = counts.index[least >= MIN_ROWS_OF_A_CLASS]
    splits = split_campaigns(kept, seed)
    rows = source.rows.merge(source.campaigns, on=columns.CAMPAIGN_ID)
    rows = rows.merge(source.users, on=columns.USER_ID)
    parts = {
        name: rows[rows[columns.CAMPAIGN_ID].isin(members)]
        for name, members in splits.items()
    }
    where = {one: name for name, members in splits.items() for one in members}
    split = source.campaigns[columns.CAMPAIGN_ID].map(where)
    parts[USERS] = source.users
    parts[CAMPAIGNS] = source.campaigns.assign(split=split)
    notes = {
        "split_campaigns": {name: len(each) for name, each in splits.items()},
        "left_out": len(counts) - len(kept),
    }
    return parts, notes


def _digest(path: str) -> str:
    """Tells files apart by what they hold."""
    content = Path(path).read_bytes()
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--campaigns",
        type=count_or_all,
        default="all",
        help="number of campaigns, or 'all'",
    )
    parser.add_argument(
        "--feedback", help="Parquet file of campaign_id, user_id, responds"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the split")
    parser.add_argument("--home", required=True, help="folder of the job")
    arguments = parser.parse_args()
    data_dir = os.path.join(arguments.home, "data")
    try:
        written = prepare(
            data_dir,
            arguments.campaigns,
            arguments.feedback,
            arguments.seed,
        )
    except (ValueError, FileNotFoundError) as error:
        parser.error(str(error))
    splits = ", ".join(
        f"{name} {count} campaigns of {written['rows'][name]:,} rows"
        for name, count in written["split_campaigns"].items()
    )
    print(f"Data: {splits}, in {data_dir}")
    for name in ("left_out", *sorted(n for n in written if "feedback_" in n)):
        if written.get(name):
            print(f"  {name.replace('_', ' ')}: {written[name]:,}")


if __name__ == "__main__":
    main()
