"""What came of taking in a list or a log."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class IngestionReport:
    """How many rows there were, and what became of them.

    Args:
        source: Where they came from.
        batch: Number of the ingestion. Later ones have higher numbers.
        rows: How many there were.
        added: How many were new.
        duplicates: How many were known already, word for word.
        unknown: How many were left out, as the user base does not know them.
        quarantined: How many were put into quarantine.
        ignored: How many events were of a kind that the parser ignores.
        late: How many new events are older than the watermark was.
        labels: How many exposures got a label, or another one.
        is_repeated: Whether the file was taken in before. Nothing has
            changed then, and the numbers are those of the first time.

    Example:

        report = store.ingest_seeds("spring", "seeds.csv")
        print(f"{report.added} of {report.rows} seeds are new")
    """

    source: str
    batch: int
    rows: int
    added: int
    duplicates: int = 0
    unknown: int = 0
    quarantined: int = 0
    ignored: int = 0
    late: int = 0
    labels: int = 0
    is_repeated: bool = False
