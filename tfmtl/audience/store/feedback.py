"""What became of those who were shown a campaign."""

import datetime
import os

import pandas as pd
import sqlalchemy as sa

from tfmtl.audience.store import batches
from tfmtl.audience.store.events import ingestion
from tfmtl.audience.store.events.event_rows import CLOCK_ERROR_SECONDS
from tfmtl.audience.store.events.event_rows import Setting
from tfmtl.audience.store.events.labels import label_others
from tfmtl.audience.store.events.log_parser import LogParser
from tfmtl.audience.store.moment import from_micros
from tfmtl.audience.store.moment import to_micros
from tfmtl.audience.store.records.ingestion_report import IngestionReport
from tfmtl.audience.store.store_part import StorePart
from tfmtl.audience.store.store_part import check_campaign
from tfmtl.audience.store.store_part import write_setting
from tfmtl.audience.store.tables import CAMPAIGN
from tfmtl.audience.store.tables import EXPOSURE
from tfmtl.audience.store.tables import QUARANTINED
from tfmtl.audience.store.tables import SETTING
from tfmtl.audience.store.user_ids import as_typed
from tfmtl.audience.store.user_ids import known_kind


class Feedback(StorePart):
    """Exposures and conversions, joined to labels."""

    def ingest_events(
        self,
        path: str | os.PathLike[str],
        parser: LogParser | None = None,
        *,
        quarantine: bool = False,
    ) -> IngestionReport:
        """Takes in a log of exposures and conversions: all of it, or nothing.

        The same file again changes nothing, and neither does an event that
        is there already.

        Args:
            path: A file of JSON lines, perhaps compressed by gzip, or of
                Parquet.
            parser: How to read it. Defaults to `LogParser()`.
            quarantine: Whether to put bad rows into quarantine, instead of
                refusing the file.

        Raises:
            TableError: If the file cannot be read, or a row is bad; the
                message names file, row, column and value. Rows count from 0.
            ValueError: If user ids are of another type than in the store.
        """
        content = batches.content_hash(path)
        with self._database.reading() as connection:
            earlier = batches.earlier_report(
                connection, ingestion.SCOPE, content
            )
            if earlier is not None:
                return earlier
            ids = connection.execute(sa.select(CAMPAIGN.c.campaign_id))
            setting = Setting(
                parser=LogParser() if parser is None else parser,
                campaigns=list(ids.scalars()),
                id_kind=known_kind(connection),
                now=self.clock(),
            )
        log = ingestion.EventLog(
            os.fspath(path), content, quarantine, setting, self._now()
        )
        with self._database.staging() as staging:
            return ingestion.take_in(staging, log)

    def feedback(
        self, campaign_id: str, since: int | None = None
    ) -> pd.DataFrame:
        """Returns the exposures of a campaign whose outcome is known.

        Args:
            campaign_id: The campaign.
            since: Number of an ingestion. Only labels that are newer are
                returned: new ones, and those that have become another.

        Returns:
            A frame with a row for each exposure, in the order of time:
            `user_id`, `label`, 1 for those who converted within the window
            and 0 for those who did not; `time`, UTC; `batch`, the number of
            the ingestion that the label is from.

        Raises:
            UnknownCampaignError: If there is no such campaign.
        """
        names = ["user_id", "label", "time", "batch_id"]
        query = (
            sa.select(*(EXPOSURE.c[name] for name in names))
            .where(EXPOSURE.c.campaign_id == campaign_id)
            .where(EXPOSURE.c.label.is_not(None))
            .order_by(EXPOSURE.c.time, EXPOSURE.c.event_id)
        )
        if since is not None:
            query = query.where(EXPOSURE.c.batch_id > since)
        with self._database.reading() as connection:
            check_campaign(connection, campaign_id)
            kind = known_kind(connection)
            rows = connection.execute(query).all()
        frame = pd.DataFrame(rows, columns=[*names[:3], "batch"])
        return frame.assign(
            user_id=as_typed(frame["user_id"].tolist(), kind),
            label=frame["label"].astype("int8"),
            time=pd.to_datetime(
                frame["time"].astype("int64"), unit="us", utc=True
            ),
            batch=frame["batch"].astype("int64"),
        )

    def exposed(self, campaign_id: str) -> pd.DataFrame:
        """Returns who was shown a campaign, and what has become of them.

        A conversion is known at once, that there is none only when the window
        of the exposure is over. Shares are to be taken of `label`, which does
        not know of either any earlier.

        Args:
            campaign_id: The campaign.

        Returns:
            A frame with a row for each user, by their ids: `user_id`;
            `has_converted`, within any window, be it over or not; `label`,
            1 or 0 by the windows that are over, missing if none is.

        Raises:
            UnknownCampaignError: If there is no such campaign.
        """
        with self._database.reading() as connection:
            check_campaign(connection, campaign_id)
            kind = known_kind(connection)
            # Without a watermark there was no event.
            is_over = EXPOSURE.c.closes_at < (_watermark(connection) or 0)
            label = sa.case((is_over, EXPOSURE.c.label))
            rows = connection.execute(
                sa.select(
                    EXPOSURE.c.user_id,
                    sa.func.max(EXPOSURE.c.label),
                    sa.func.max(label),
                )
                .where(EXPOSURE.c.campaign_id == campaign_id)
                .group_by(EXPOSURE.c.user_id)
            ).all()
        names = ["user_id", "has_converted", "label"]
        frame = pd.DataFrame(rows, columns=names)
        return frame.assign(
            user_id=as_typed(frame["user_id"].tolist(), kind),
            has_converted=frame["has_converted"] == 1,
            label=frame["label"].astype("Int8"),
        ).sort_values("user_id", ignore_index=True)

    def watermark(self) -> datetime.datetime | None:
        """Returns the time before which no event is expected any more."""
        with self._database.reading() as connection:
            micros = _watermark(connection)
        return None if micros is None else from_micros(micros)

    def raise_watermark(self, until: datetime.datetime) -> int:
        """Says that the logs are complete up to a time.

        Without it, exposures wait for their label until an event is logged
        that is late enough. An earlier time than it was said of before
        changes nothing.

        Args:
            until: The time. Without a zone it is UTC.

        Returns:
            How many exposures got their label by it.

        Raises:
            ValueError: If the time is in the future.
        """
        self.check_until(until)
        to, now = to_micros(until), self._now()
        with self._database.writing() as connection:
            before = ingestion.locked_watermark(connection)
            if before is not None and before >= to:
                return 0
            batch = batches.begin_batch(connection, "watermark", None, now)
            write_setting(connection, "watermark", str(to))
            changed = label_others(connection, batch, to)
            batches.end_batch(
                connection,
                IngestionReport("watermark", batch, 0, 0, labels=changed),
            )
        return changed

    def check_until(self, until: datetime.datetime) -> None:
        """Refuses a time up to which no log can be complete yet.

        Args:
            until: The time. Without a zone it is UTC.

        Raises:
            ValueError: If it is in the future.
        """
        now = self._now()
        if to_micros(until) > to_micros(now) + CLOCK_ERROR_SECONDS * 1_000_000:
            raise ValueError(
                "`until` should not be in the future, of which no log can be "
                f"complete. Received: until={until}, now {now}."
            )

    def quarantined(self, batch: int) -> pd.DataFrame:
        """Returns the rows that an ingestion has put into quarantine.

        Args:
            batch: Number of the ingestion, as in its report.

        Returns:
            A frame of `row`, `column`, `value` and `reason`.
        """
        columns = QUARANTINED.c
        names = ["row_number", "column_name", "value", "reason"]
        query = (
            sa.select(*(columns[name] for name in names))
            .where(columns.batch_id == batch)
            .order_by(columns.row_number)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return pd.DataFrame(rows, columns=["row", "column", "value", "reason"])


def _watermark(connection: sa.Connection) -> int | None:
    value = connection.execute(
        sa.select(SETTING.c.value).where(SETTING.c.name == "watermark")
    ).scalar_one()
    return None if value is None else int(value)
