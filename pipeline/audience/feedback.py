"""Rows that came back from campaigns, beside those that are there."""

import os
from typing import NamedTuple

import pandas as pd

from pipeline.audience import columns
from pipeline.audience.source import Source
from pipeline.components.parquet_checks import read_table
from tfmtl.datasets import checks

NEGATIVES_PER_SEED = 10
_KEYS = [columns.CAMPAIGN_ID, columns.USER_ID]
_FEATURES = [column.name for column in columns.CAMPAIGN_COLUMNS]


class Merged(NamedTuple):
    """A source with feedback.

    Args:
        source: All rows and campaigns.
        notes: What was done with the feedback, in numbers.
    """

    source: Source
    notes: dict[str, int]


def with_feedback(
    source: Source, path: str | os.PathLike[str] | None
) -> Merged:
    """Adds the rows of a Parquet file to those of a source.

    It has `campaign_id`, `user_id` and `responds`: seeds and users who
    converted as 1, users who saw the campaign and did not as 0. Where a pair
    is there already, feedback is right; of several rows of a pair, the last
    one. Rows of users who are not known are counted and left out.

    Campaigns that the source does not know need its columns of campaigns too.
    Such a campaign gets other users as negatives, `NEGATIVES_PER_SEED` for
    each of its positive rows, as far as its own do not go.

    Args:
        source: What is there.
        path: The file; None for none.

    Raises:
        TableError: If the file cannot be read, a column is missing or not of
            its type, a label is neither 0 nor 1, or a campaign is not
            described.
    """
    if path is None:
        return Merged(source, {})
    frame = _read(path)
    known = frame[columns.USER_ID].isin(source.users[columns.USER_ID])
    kept = frame[known].drop_duplicates(_KEYS, keep="last")
    campaigns = _new_campaigns(kept, source.campaigns, str(path))
    names = list(source.rows.columns)
    negatives = [
        _negatives(kept[kept[columns.CAMPAIGN_ID] == campaign], source.users)
        for campaign in campaigns[columns.CAMPAIGN_ID]
    ]
    rows = pd.concat([source.rows, kept[names], *negatives])
    rows = rows.drop_duplicates(_KEYS, keep="last")
    notes = {
        "feedback_rows": len(kept),
        "feedback_of_unknown_users": int((~known).sum()),
        "feedback_campaigns_that_are_new": len(campaigns),
        "feedback_negatives_drawn": sum(map(len, negatives)),
    }
    if len(campaigns):
        campaigns = pd.concat([source.campaigns, campaigns])
    else:
        campaigns = source.campaigns
    return Merged(Source(rows, source.users, campaigns), notes)


def _read(path: str | os.PathLike[str]) -> pd.DataFrame:
    task = columns.TASK.of_model()
    kinds = {
        columns.CAMPAIGN_ID: checks.TEXT,
        columns.USER_ID: checks.INTEGER,
        task.name: checks.NUMBER,
    }
    table = read_table(os.fspath(path), kinds)
    frame = table.to_pandas()
    checks.check_columns(frame, kinds, path)
    for column in columns.CAMPAIGN_COLUMNS:
        if column.name in table.column_names:
            column.check(table[column.name], os.fspath(path))
    bad = ~frame[task.name].isin([0, 1])
    if bad.any():
        row = int(bad.to_numpy().argmax())
        raise checks.TableError.of(
            path,
            f"Column {task.name!r} must hold 0 or 1.",
            "Mend or drop such rows.",
            count=int(bad.sum()),
            row=row,
            value=frame[task.name].iloc[row],
        )
    return frame


def _new_campaigns(
    rows: pd.DataFrame, known: pd.DataFrame, source: str
) -> pd.DataFrame:
    """Returns the campaigns that are not known yet, each once."""
    is_new = ~rows[columns.CAMPAIGN_ID].isin(known[columns.CAMPAIGN_ID])
    new = rows[is_new].drop_duplicates(columns.CAMPAIGN_ID, keep="last")
    missing = [name for name in _FEATURES if name not in rows]
    if len(new) and missing:
        raise checks.TableError.of(
            source,
            "Campaigns that are new must have the columns of campaigns, "
            f"and {missing} are not there.",
            "Add them, or drop the rows of these campaigns.",
            campaigns=new[columns.CAMPAIGN_ID].tolist()[:5],
            count=len(new),
        )
    if missing:
        return new[[columns.CAMPAIGN_ID]]
    return new[[columns.CAMPAIGN_ID, *_FEATURES]]


def _negatives(rows: pd.DataFrame, users: pd.DataFrame) -> pd.DataFrame:
    """Draws users who are not among the rows of a campaign, labelled 0."""
    positives = int(rows[columns.TASK.name].sum())
    wanted = NEGATIVES_PER_SEED * positives - (len(rows) - positives)
    is_other = ~users[columns.USER_ID].isin(rows[columns.USER_ID])
    others = users[columns.USER_ID][is_other].sort_values()
    drawn = others.sample(min(max(wanted, 0), len(others)), random_state=0)
    return pd.DataFrame(
        {
            columns.CAMPAIGN_ID: rows[columns.CAMPAIGN_ID].iloc[0],
            columns.USER_ID: drawn,
            columns.TASK.name: 0,
        }
    )
