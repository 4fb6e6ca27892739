"""The best users of each shard that is finished, until all are."""

import hashlib
import shutil
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tfmtl.audience.retrieval.audience_file import read_audience
from tfmtl.audience.retrieval.audience_file import write_audience
from tfmtl.audience.retrieval.shard import Shard
from tfmtl.audience.retrieval.wanted_ids import WantedIds


class FinishedShards:
    """A folder beside the result, with a file for each finished shard.

    A file's name says what it depends on, so that a run that was killed goes
    on where it was, and a run of another model, campaign or shard starts
    anew.

    Args:
        result: The file that is to be written.
        question: What all shards are asked, `fingerprint`.
        shards: All shards.
    """

    def __init__(
        self, result: Path, question: str, shards: Sequence[Shard]
    ) -> None:
        self.folder = result.with_name(f".{result.name}.shards")
        self._paths = {
            shard.path.name: self.folder
            / f"{fingerprint(question, shard.signature)}.parquet"
            for shard in shards
        }

    @classmethod
    def of(
        cls,
        result: Path,
        model: Any,
        users: Any,
        size: int,
        campaign: Mapping[str, Any],
        wanted: WantedIds,
    ) -> "FinishedShards":
        """Returns what is finished of one retrieval, and drops other ones.

        Args:
            result: The file that is to be written.
            model: The model that scores.
            users: A `UserBase` or `UserRepresentations`.
            size: How many users are wanted.
            campaign: One value for each feature that is the campaign's.
            wanted: Whom to choose from.
        """
        question = fingerprint(
            _weights_of(model),
            _text_of(campaign),
            *wanted.signature,
            size,
            users.kind,
        )
        finished = cls(result, question, users.shards)
        paths = set(finished._paths.values())
        for path in finished.folder.glob("*"):
            if path not in paths:
                path.unlink(missing_ok=True)
        return finished

    def __contains__(self, shard: Shard) -> bool:
        return self._paths[shard.path.name].is_file()

    def add(
        self, shard: Shard, ids: np.ndarray, scores: np.ndarray, field: pa.Field
    ) -> None:
        """Keeps the best users of a shard.

        Args:
            shard: The shard.
            ids: Their ids.
            scores: Their scores.
            field: Name and type of the column of ids.
        """
        write_audience(self._paths[shard.path.name], ids, scores, field)

    def best(self, shard: Shard) -> tuple[np.ndarray, np.ndarray]:
        """Returns what has been kept.

        Args:
            shard: The shard.
        """
        return read_audience(self._paths[shard.path.name])

    def remove(self) -> None:
        """Removes the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def fingerprint(*parts: Any) -> str:
    """Returns 32 characters that differ when one of the parts does.

    Args:
        *parts: Arrays, and what has a text of its own.

    Example:

    >>> fingerprint(np.arange(3), "a") == fingerprint(np.arange(3), "b")
    False
    """
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray):
            digest.update(f"{part.dtype} {part.shape}".encode())
            # An array of objects holds addresses.
            part = part.tolist() if part.dtype == object else part
        if not isinstance(part, np.ndarray):
            part = np.frombuffer(repr(part).encode() + b"\0", np.uint8)
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()[:32]


def _weights_of(model: Any) -> str:
    """Returns what differs when the predictions of a model do."""
    return fingerprint(model.to_json(), *map(np.asarray, model.weights))


def _text_of(campaign: Mapping[str, Any]) -> str:
    """Returns a campaign's features in one way, however they are given."""
    return repr({n: np.asarray(campaign[n]).tolist() for n in sorted(campaign)})
