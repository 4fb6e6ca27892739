"""From the raw files of Tencent's contest to Parquet, in bounded memory."""

import os
from pathlib import Path

import numpy as np
import pandas as pd

from tfmtl.datasets.checks import TableError
from tfmtl.datasets.prepared_folder import VOCABULARY
from tfmtl.datasets.prepared_folder import prepared_folder
from tfmtl.datasets.raw_folder import check_source
from tfmtl.datasets.tencent_lookalike import schema
from tfmtl.datasets.tencent_lookalike.campaigns import read_campaigns
from tfmtl.datasets.tencent_lookalike.protocol import PAPER_PROTOCOL
from tfmtl.datasets.tencent_lookalike.protocol import PARTS
from tfmtl.datasets.tencent_lookalike.protocol import Protocol
from tfmtl.datasets.tencent_lookalike.report import Report
from tfmtl.datasets.tencent_lookalike.stage_rows import read_stage
from tfmtl.datasets.tencent_lookalike.user_files import put_aside
from tfmtl.datasets.tencent_lookalike.user_files import write_users
from tfmtl.datasets.vocabulary import Vocabulary

CAMPAIGNS, ROWS, USERS = "campaigns.parquet", "rows.parquet", "users"
_PAIR = ["campaign_id", "user_id"]


def prepare(
    source_dir: str | os.PathLike[str],
    output_dir: str | os.PathLike[str],
    protocol: Protocol = PAPER_PROTOCOL,
    shard_rows: int = 1 << 19,
) -> Report:
    """Prepares Tencent's look-alike data for training.

    Writes `campaigns.parquet` (part, number of seeds, whether cold, and the
    six fields as ids), `rows.parquet` (campaign, user, stage and label),
    `users/` (the fourteen fields as ids, a folder for
    `tfmtl.audience.UserBase`) and `vocabulary.parquet` (which id stands for
    which value). What occurs in no campaign of train has id 0. Campaigns and
    rows are in memory, 17 bytes a row; users are streamed. The output appears
    at once or not at all; output of an earlier run is replaced.

    Args:
        source_dir: Folder of `adFeature.csv`, `userFeature.data`,
            `train.csv`, the first stage, and `test1_truth.csv`, the second.
        output_dir: Folder to write.
        protocol: `PAPER_PROTOCOL`, `OFFICIAL_CODE_PROTOCOL` or one of your
            own.
        shard_rows: Least users of a file, but for the last.

    Returns:
        A `Report`: campaigns, users, rows, what was left out.

    Raises:
        FileNotFoundError: One of the four files is not there.
        ValueError: `output_dir` has other things in it, or `shard_rows` is
            not positive.
        TableError: A line cannot be read: file, line, column and value; a
            campaign is not known, or a user is there twice.

    Reference:
        [Zhu et al., 2021](https://arxiv.org/abs/2105.14688), sec. 4.1.
    """
    source, output = Path(source_dir), Path(output_dir)
    check_source(
        source,
        list(schema.FILES),
        "download the preliminary round of Tencent's contest of 2018.",
    )
    if shard_rows < 1:
        raise ValueError(
            "`shard_rows` should be at least 1. "
            f"Received: shard_rows={shard_rows}."
        )
    campaigns = read_campaigns(source / schema.CAMPAIGNS)
    campaigns["part"] = protocol.parts(campaigns["campaign_id"].to_numpy())
    rows = _read_stages(source, campaigns)
    is_train = campaigns["part"] == "train"
    learned = rows["campaign_id"].isin(campaigns["campaign_id"][is_train])
    with prepared_folder(output) as scratch:
        spill = scratch.aside / "users.arrow"
        users, values = put_aside(
            source / schema.USERS, spill, rows["user_id"][learned].unique()
        )
        vocabulary = Vocabulary({**_values_of(campaigns[is_train]), **values})
        vocabulary.write(scratch.new / VOCABULARY)
        write_users(spill, scratch.new / USERS, vocabulary, shard_rows)
        unknown = ~rows["user_id"].isin(users)
        repeated = ~unknown & rows.duplicated(_PAIR)
        kept = rows[~unknown & ~repeated]
        kept.to_parquet(scratch.new / ROWS, index=False)
        _encoded(campaigns, kept, vocabulary, protocol).to_parquet(
            scratch.new / CAMPAIGNS, index=False
        )
    return Report(
        campaigns={p: int((campaigns["part"] == p).sum()) for p in PARTS},
        users=len(users),
        rows=_by_stage(kept),
        unknown_users=_by_stage(rows[unknown]),
        repeated=_by_stage(rows[repeated]),
        vocabulary_sizes=vocabulary.sizes,
        path=output,
    )


def _read_stages(source: Path, campaigns: pd.DataFrame) -> pd.DataFrame:
    """Returns the rows of both stages, those of the first one first."""
    stages = []
    for stage, name in schema.STAGES.items():
        rows = read_stage(source / name)
        known = rows["campaign_id"].isin(campaigns["campaign_id"]).to_numpy()
        if not known.all():
            raise TableError.of(
                source / name,
                f"Every campaign must be in {schema.CAMPAIGNS}.",
                schema.REMEDY,
                row=int(np.argmin(known)),
                column="aid",
                value=rows["campaign_id"][np.argmin(known)],
            )
        stages.append(rows.assign(stage=np.int8(stage)))
    return pd.concat(stages, ignore_index=True)


def _values_of(campaigns: pd.DataFrame) -> dict[str, np.ndarray]:
    return {
        field: np.unique(campaigns[field].to_numpy()).astype(np.int32)
        for field in schema.CAMPAIGN_FIELDS
    }


def _encoded(
    campaigns: pd.DataFrame,
    rows: pd.DataFrame,
    vocabulary: Vocabulary,
    protocol: Protocol,
) -> pd.DataFrame:
    seeds = rows[rows["stage"] == 1].groupby("campaign_id")["label"].sum()
    counts = seeds.reindex(campaigns["campaign_id"], fill_value=0).to_numpy()
    ids = {
        field: vocabulary.ids(field, campaigns[field].to_numpy())
        for field in schema.CAMPAIGN_FIELDS
    }
    return campaigns[["campaign_id", "part"]].assign(
        seeds=counts, is_cold=counts <= protocol.most_seeds_of_cold, **ids
    )


def _by_stage(rows: pd.DataFrame) -> dict[int, int]:
    return {s: int((rows["stage"] == s).sum()) for s in schema.STAGES}
