"""From the raw tables of Ali-CCP to Parquet, in bounded memory."""

import os
from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tfmtl.datasets.ali_ccp.common_features import CommonFeatures
from tfmtl.datasets.ali_ccp.part_writer import PartWriter
from tfmtl.datasets.ali_ccp.protocol import AITM_PROTOCOL
from tfmtl.datasets.ali_ccp.protocol import Protocol
from tfmtl.datasets.ali_ccp.report import Report
from tfmtl.datasets.ali_ccp.samples import Samples
from tfmtl.datasets.ali_ccp.samples import read_samples
from tfmtl.datasets.ali_ccp.spill import Spill
from tfmtl.datasets.ali_ccp.spill import read_spill
from tfmtl.datasets.ali_ccp.vocabulary_counter import VocabularyCounter
from tfmtl.datasets.ali_ccp_schema import FIELDS
from tfmtl.datasets.prepared_folder import VOCABULARY
from tfmtl.datasets.prepared_folder import prepared_folder
from tfmtl.datasets.raw_folder import check_source
from tfmtl.datasets.vocabulary import Vocabulary
from tfmtl.features import CategoricalFeature

_PARTS = ("train", "dev", "test")


def prepare(
    source_dir: str | os.PathLike[str],
    output_dir: str | os.PathLike[str],
    protocol: Protocol = AITM_PROTOCOL,
    chunk_rows: int = 1 << 18,
) -> Report:
    """Prepares Ali-CCP for training.

    Writes `train.parquet`, `dev.parquet`, `test.parquet` (click, purchase and
    the 18 fields as ids) and `vocabulary.parquet` (which id stands for which
    value). The common features are held in memory, 72 bytes an entry; all else
    is streamed. The output appears at once or not at all; output of an earlier
    run is replaced. Room for the raw training rows, 86 bytes each, is needed
    beside it meanwhile.

    Args:
        source_dir: Folder of `sample_skeleton_{train,test}.csv` and
            `common_features_{train,test}.csv`.
        output_dir: Folder to write.
        protocol: `AITM_PROTOCOL`, `ENTITY_PROTOCOL` or one of your own.
        chunk_rows: Rows of a row group of the Parquet files.

    Returns:
        A `Report`: rows, dropped rows, vocabulary sizes, paths.

    Raises:
        FileNotFoundError: One of the four files is not there.
        ValueError: `output_dir` has other things in it, or `chunk_rows` is
            not positive.
        TableError: A line cannot be read: file, line, column and value.
    """
    source, output = Path(source_dir), Path(output_dir)
    _check(source, chunk_rows)
    dropped = {}
    with prepared_folder(output) as scratch:
        spill = scratch.aside / "rows.arrow"
        vocabulary, dropped["train"] = _put_aside(source, spill, protocol)
        vocabulary.write(scratch.new / VOCABULARY)
        rows = _write_train(
            spill, scratch.new, vocabulary, protocol, chunk_rows
        )
        rows["test"], dropped["test"] = _write_test(
            source, scratch.new, vocabulary, chunk_rows
        )
    paths = {part: output / f"{part}.parquet" for part in _PARTS}
    paths["vocabulary"] = output / VOCABULARY
    return Report(rows, dropped, vocabulary.sizes, paths)


def features(
    output_dir: str | os.PathLike[str], embedding_dim: int = 5
) -> list[CategoricalFeature]:
    """Returns the features of data that `prepare` wrote.

    Args:
        output_dir: The folder given to `prepare`.
        embedding_dim: Width of each embedding; AITM and PIMM have 5.
    """
    vocabulary = Vocabulary.read(Path(output_dir) / VOCABULARY, FIELDS)
    return [
        CategoricalFeature(field, vocabulary.sizes[field], embedding_dim)
        for field in FIELDS
    ]


def _put_aside(
    source: Path, spill_path: Path, protocol: Protocol
) -> tuple[Vocabulary, int]:
    """Parses the training file once: counts the values, keeps the rows."""
    counter, drop = VocabularyCounter(), _Drop()
    with Spill(spill_path) as spill:
        for samples in drop(_read(source, "train")):
            counter.add(samples.values)
            spill.write(samples)
    return counter.vocabulary(protocol.min_count), drop.count


def _write_train(
    spill: Path,
    folder: Path,
    vocabulary: Vocabulary,
    protocol: Protocol,
    chunk_rows: int,
) -> dict[str, int]:
    with (
        PartWriter(folder / "train.parquet", vocabulary, chunk_rows) as train,
        PartWriter(folder / "dev.parquet", vocabulary, chunk_rows) as dev,
    ):
        for samples in read_spill(spill):
            users = samples.values[:, FIELDS.index("101")]
            is_dev = np.asarray(protocol.split(samples.rows, users), bool)
            train.write(samples.take(~is_dev))
            dev.write(samples.take(is_dev))
    return {"train": train.rows, "dev": dev.rows}


def _write_test(
    source: Path, folder: Path, vocabulary: Vocabulary, chunk_rows: int
) -> tuple[int, int]:
    drop = _Drop()
    path = folder / "test.parquet"
    with PartWriter(path, vocabulary, chunk_rows) as test:
        for samples in drop(_read(source, "test")):
            test.write(samples)
    return test.rows, drop.count


def _read(source: Path, part: str) -> Iterator[Samples]:
    common = CommonFeatures.read(source / f"common_features_{part}.csv")
    return read_samples(source / f"sample_skeleton_{part}.csv", common)


class _Drop:
    """Leaves out, and counts, rows that were bought without a click."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, chunks: Iterable[Samples]) -> Iterator[Samples]:
        for samples in chunks:
            kept = samples.click >= samples.purchase
            self.count += int((~kept).sum())
            yield samples.take(kept)


def _check(source: Path, chunk_rows: int) -> None:
    needed = [
        f"{table}_{part}.csv"
        for table in ("sample_skeleton", "common_features")
        for part in ("train", "test")
    ]
    check_source(
        source, needed, "download data set 408 from Tianchi and unpack it."
    )
    if chunk_rows < 1:
        raise ValueError(
            "`chunk_rows` should be at least 1. "
            f"Received: chunk_rows={chunk_rows}."
        )
